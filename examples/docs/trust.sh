npx docaxis trust show --list --profile operator >trust.json
npx docaxis trust lint trust.json
npx docaxis trust diff trust.json --profile operator
npx docaxis trust publish trust.json --dry-run --profile operator
