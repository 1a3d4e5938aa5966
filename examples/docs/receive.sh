npx docaxis inbox --profile bo-minh-hoa
npx docaxis receive --out received --acknowledge --profile bo-minh-hoa
