# The system makes its keys. Private ones stay in its profile.
npx docaxis init --url "${AXIS:-http://127.0.0.1:4010}" --system so-vi-du --name "Sở Ví dụ" --agency "X91.07=Sở Ví dụ" \
  --anchors anchors.pem

# The operator registers the system, its public key and its agency.
npx docaxis system add so-vi-du --name "Sở Ví dụ" --reason "Công văn 7" --profile operator
npx docaxis system key add so-vi-du so-vi-du.public-key.jwk --reason "Công văn 7" --profile operator
npx docaxis agency add X91.07 --name "Sở Ví dụ" --system so-vi-du --reason "Công văn 7" --profile operator

# The system is in.
npx docaxis me --profile so-vi-du
