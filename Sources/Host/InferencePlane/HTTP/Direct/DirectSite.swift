/// What all requests to a URL of plain HTTP have in common.
final class DirectSite {
    let host: DirectTarget.Host
    let timeouts: Endpoint.Timeouts
    /// Request line and header lines of every request.
    private let head: String
    private let isGet: Bool

    init(_ target: DirectTarget, headers: [String], timeouts: Endpoint.Timeouts, isGet: Bool) {
        host = target.host
        self.timeouts = timeouts
        self.isGet = isGet
        let lines =
            [
                "\(isGet ? "GET" : "POST") \(target.path) HTTP/1.1", "Host: \(target.host.name)",
                "User-Agent: FastDistill", "Accept: */*", "Accept-Encoding: identity", "Content-Type: application/json",
            ] + headers
        head = lines.map { $0 + "\r\n" }.joined()
    }

    /// The bytes of a request (RFC 9112, section 2.1).
    func request(headers: [String], body: [UInt8]) -> [UInt8] {
        var request: [UInt8] = []
        request.reserveCapacity(head.utf8.count + body.count + 256)
        request += head.utf8
        for line in headers {
            request += line.utf8
            request += "\r\n".utf8
        }
        if !isGet { request += "Content-Length: \(body.count)\r\n".utf8 }
        request += "\r\n".utf8
        if !isGet { request += body }
        return request
    }
}
