. examples/docs/token.sh
call() { curl -fsS -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" "$@"; }
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" delivery.json; }

# One delivery, leased for you, with a link to its bytes; nothing waits: the list is empty.
call "$AXIS/v1/inbox/receive" --data '{"max":1,"waitSeconds":5,"links":true}' >delivery.json
DELIVERY=$(member deliveryId)
curl -fsS "$(member content)" -o received.edxml

# Say which bytes you have; a second time does no harm.
SHA256=$(openssl dgst -sha256 -r received.edxml | cut -d ' ' -f 1)
call "$AXIS/v1/deliveries/$DELIVERY/acknowledge" --data "{\"leaseToken\":\"$(member token)\",\"sha256\":\"$SHA256\"}"
