/// Who sends the requests of a test.
enum Transport: String, CaseIterable {
    case direct, curl

    /// The loopback, as one of them takes it: the short form is no address that is connected to directly.
    var host: String { self == .direct ? "127.0.0.1" : "127.1" }
}

extension TestServer {
    func url(by transport: Transport) -> String { "http://\(transport.host):\(port)/v1" }
}
