npx docaxis ops pause --reason "Bảo trì theo lịch" --profile operator
npx docaxis ops show --profile operator
npx docaxis ops resume --reason "Bảo trì xong" --profile operator
