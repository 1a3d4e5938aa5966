/** Headings of the dashboard, in English and Vietnamese. */
export const DASHBOARD_TEXTS = {
  walk: {
    en: 'What systems send, and what they take. Counted by the functions themselves; a count lags a minute.',
    vi: 'Văn bản các hệ thống gửi và nhận. Do chính các hàm đếm; số liệu chậm khoảng một phút.',
  },
  refused: {
    en: 'Refusals by code come from the logs, which no metric has to be paid for: each look asks them anew. What each code means, and who must act: docs/refusals.md.',
    vi: 'Từ chối theo mã được lấy từ nhật ký nên không tốn chỉ số riêng; mỗi lần xem sẽ truy vấn lại. Ý nghĩa từng mã và bên phải xử lý: docs/refusals.md.',
  },
  time: {
    en: 'How long senders wait for their receipt, and documents for their inbox. Half of all, nineteen of twenty, ninety-nine of a hundred.',
    vi: 'Bên gửi chờ biên nhận bao lâu, văn bản vào hộp nhận sau bao lâu. Mức 50%, 95% và 99%.',
  },
  waiting: {
    en: 'What waits. The queues are only hints, so a message that is old is worth a look before anybody misses a document. What lies in a dead-letter queue waits for a person: docs/runbooks/dead-letters.md.',
    vi: 'Việc đang chờ. Tin nhắn trong hàng đợi để lâu cần được xem trước khi có văn bản chậm. Hàng đợi thư chết cần người xử lý: docs/runbooks/dead-letters.md.',
  },
  trust: {
    en: 'Certificates and the news of their revocation. When one ends without a successor, what its agency signs is refused.',
    vi: 'Chứng thư số và tin thu hồi. Chứng thư hết hạn mà không có chứng thư thay thế thì văn bản cơ quan đó ký sẽ bị từ chối.',
  },
  health: {
    en: 'The watchman comes every minute. A fault is nobody’s mistake but ours.',
    vi: 'Trình giám sát chạy mỗi phút. Lỗi ở đây là lỗi của trục, không phải của các cơ quan.',
  },
  cost: {
    en: 'What drives the costs, times list prices of us-east-1 in US dollars a day: Lambda, API requests, DynamoDB. KMS has no such metric; a function instance signs once when it starts. AWS’s own estimate (AWS/Billing EstimatedCharges) exists in us-east-1 alone.',
    vi: 'Các yếu tố tạo chi phí nhân với giá niêm yết ở us-east-1, tính bằng USD mỗi ngày: Lambda, yêu cầu API, DynamoDB. KMS không có chỉ số như vậy; mỗi phiên bản hàm chỉ ký một lần khi khởi động. Ước tính của AWS (AWS/Billing EstimatedCharges) chỉ có ở us-east-1.',
  },
} as const;
