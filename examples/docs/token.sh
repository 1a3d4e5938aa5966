AXIS=${AXIS:-http://127.0.0.1:4010}
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# The token is for this axis alone; its id is public.
AUDIENCE=$(curl -fsS "$AXIS/v1" | sed -n 's/.*"axis":"\([^"]*\)".*/\1/p')
NOW=$(date +%s)
HEADER=$(printf '{"alg":"EdDSA","typ":"JWT","kid":"curl-2026-01"}' | base64url)
CLAIMS=$(printf '{"iss":"bo-minh-hoa","aud":"%s","iat":%d,"exp":%d,"jti":"%s"}' \
  "$AUDIENCE" "$NOW" "$((NOW + 300))" "$(openssl rand -hex 16)" | base64url)
printf '%s.%s' "$HEADER" "$CLAIMS" >token.input
SIGNATURE=$(openssl pkeyutl -sign -rawin -inkey system.key.pem -in token.input | base64url)
TOKEN="$HEADER.$CLAIMS.$SIGNATURE"
