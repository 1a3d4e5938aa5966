npx docaxis ops explain "$(sed -n 's/.*"dispatchId": *"\([^"]*\)".*/\1/p' letter.receipt.json | head -n 1)" --profile operator
npx docaxis ops list --profile operator
npx docaxis system show trung-tam-mau --profile operator
