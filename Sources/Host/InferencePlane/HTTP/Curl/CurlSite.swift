import CCurl
import DataPlane

/// A URL that libcurl sends requests to: what all of them have in common, and the handles that wait for the next.
final class CurlSite {
    let url: String
    /// The URL taken apart, which libcurl would do for each request; nil where it cannot, which each request then says.
    let address: OpaquePointer?
    /// Header lines of every request.
    let headerList: UnsafeMutablePointer<curl_slist>?
    let timeouts: Endpoint.Timeouts
    /// Requests are GET and have no body.
    let isGet: Bool
    private var idle: [CurlTransfer] = []

    /// - Throws: ``Failure`` when libcurl cannot be loaded.
    init(url: String, headers: [String], timeouts: Endpoint.Timeouts, isGet: Bool) throws(Failure) {
        if let problem = Self.libraryProblem {
            throw Failure("http", "libcurl cannot be loaded: \(problem); install it (Debian: libcurl4)")
        }
        self.url = url
        address = fdcurl_url_open(url)
        self.timeouts = timeouts
        self.isGet = isGet
        // An empty Expect: keeps libcurl from waiting for "100 Continue" before larger bodies.
        headerList = (["Content-Type: application/json", "Expect:"] + headers).reduce(nil) {
            fdcurl_list_append($0, $1)
        }
    }

    deinit {
        fdcurl_list_free(headerList)
        if let address { fdcurl_url_close(address) }
    }

    private static let libraryProblem = fdcurl_load().map { String(cString: $0) }

    func transfer() -> CurlTransfer { idle.popLast() ?? CurlTransfer(self) }

    /// Takes a transfer back for the next request.
    func giveBack(_ transfer: CurlTransfer) { idle.append(transfer) }

    /// How many handles are kept when nothing is asked, of 10 KiB each.
    private static let mostAtRest = 64

    /// Lets handles go that only many requests at once need.
    func rest() { if idle.count > Self.mostAtRest { idle.removeLast(idle.count - Self.mostAtRest) } }
}
