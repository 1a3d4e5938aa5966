ID=$(sed -n 's/.*"dispatchId": *"\([^"]*\)".*/\1/p' letter.receipt.json | head -n 1)
npx docaxis evidence "$ID" --save letter.evidence.json --profile trung-tam-mau

# Whoever has the file and the axis's public key checks it without asking anybody.
npx docaxis evidence --file letter.evidence.json --profile bo-minh-hoa

# Anybody may read how far the log goes.
curl -fsSL "${AXIS:-http://127.0.0.1:4010}/v1/log/checkpoint"
