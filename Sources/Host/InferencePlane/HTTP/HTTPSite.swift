import DataPlane
import Glibc

/// A URL that many requests go to, and what all of them have in common.
///
/// Plain HTTP to a numeric address or to localhost is spoken here, which costs less than half; libcurl does what is more: TLS,
/// names and proxies.
enum HTTPSite {
    case direct(DirectSite)
    case curl(CurlSite)

    /// - Parameters:
    ///   - headers: header lines of every request.
    ///   - isGet: whether requests are GET and have no body; else they are POST.
    /// - Throws: ``Failure`` when libcurl is needed and not there.
    init(url: String, headers: [String], timeouts: Endpoint.Timeouts, isGet: Bool = false) throws(Failure) {
        if let target = DirectTarget(url: url), !Self.isProxied {
            self = .direct(DirectSite(target, headers: headers, timeouts: timeouts, isGet: isGet))
        } else {
            self = .curl(try CurlSite(url: url, headers: headers, timeouts: timeouts, isGet: isGet))
        }
    }

    /// Whether the environment names a proxy for plain HTTP (curl(1), ENVIRONMENT). libcurl knows for which hosts.
    private static var isProxied: Bool {
        ["http_proxy", "all_proxy", "ALL_PROXY"].contains { (name: String) in
            getenv(name).map { $0.pointee != 0 } ?? false
        }
    }

    /// Lets go what only many requests at once need.
    func rest() { if case .curl(let site) = self { site.rest() } }
}
