npx docaxis system key add bo-minh-hoa system.public.jwk --reason "new key for curl" --profile operator
