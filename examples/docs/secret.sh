npx docaxis agency policy X91.05 --unsigned accept --reason "Phần mềm chưa ký được" --profile operator
npx docaxis system secret add trung-tam-mau --note "Hệ thống quản lý văn bản" --reason "Kết nối SDK" --profile operator
