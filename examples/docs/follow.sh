ID=$(sed -n 's/.*"dispatchId": *"\([^"]*\)".*/\1/p' letter.receipt.json | head -n 1)
npx docaxis status report "$ID" --code 03 --description "Số đến 120" --profile bo-minh-hoa
npx docaxis show "$ID" --profile trung-tam-mau
