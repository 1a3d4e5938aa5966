openssl genpkey -algorithm ed25519 -out system.key.pem
chmod 600 system.key.pem
X=$(openssl pkey -in system.key.pem -pubout -outform DER | tail -c 32 | openssl base64 -A | tr '+/' '-_' | tr -d '=')
printf '{"kty":"OKP","crv":"Ed25519","x":"%s","kid":"curl-2026-01"}\n' "$X" >system.public.jwk
