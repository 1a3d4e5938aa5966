. examples/docs/token.sh
npx docaxis sign examples/documents/reply.edxml --out signed.edxml --profile bo-minh-hoa
curl -fsS "$AXIS/v1/dispatches" -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/edxml" --data-binary @signed.edxml
