npx docaxis me --profile trung-tam-mau
npx docaxis submit examples/documents/official-letter.edxml --sign --receipt letter.receipt.json --profile trung-tam-mau
npx docaxis verify --receipt letter.receipt.json --profile trung-tam-mau
