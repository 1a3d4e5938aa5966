ID=$(sed -n 's/.*"dispatchId": *"\([^"]*\)".*/\1/p' letter.receipt.json | head -n 1)
npx docaxis dispatch hold "$ID" --reason "Công văn 7/TTr" --profile operator
npx docaxis dispatch release "$ID" --reason "Thanh tra xong" --profile operator
