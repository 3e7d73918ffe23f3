import CPlatform

/// A URL of plain HTTP whose host needs no looking up.
struct DirectTarget: Equatable {
    /// Where to connect.
    struct Host: Hashable {
        /// As it stands in the URL, with the port when that is named: the `Host` header.
        var name: String
        /// Numeric addresses, to be tried in this order.
        var addresses: [String]
        var port: UInt16

        func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    var host: Host
    /// Path and query, as they are sent.
    var path: String

    /// - Returns: nil for any other URL, and for one that libcurl would change before it is sent: with a name and password, a
    ///   fragment, dots to be resolved, or letters beyond ASCII.
    init?(url: String) {
        let scheme = "http://"
        guard url.utf8.count > scheme.utf8.count, url.prefix(scheme.count).lowercased() == scheme,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !url.contains(where: { "@#\\".contains($0) })
        else { return nil }
        let rest = url.dropFirst(scheme.count)
        let name = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[name.endIndex...]
        let segments = target.prefix { $0 != "?" }.split(separator: "/")
        guard !segments.contains(where: { $0.hasPrefix(".") || $0.lowercased().hasPrefix("%2e") }) else { return nil }
        path = target.hasPrefix("/") ? String(target) : "/" + target

        let isBracketed = name.hasPrefix("[") && name.contains("]")
        let address = isBracketed ? name.dropFirst().prefix { $0 != "]" } : name.prefix { $0 != ":" }
        let port = name[address.endIndex...].dropFirst(isBracketed ? 1 : 0)
        let addresses: [String]
        if address.lowercased() == "localhost", !isBracketed {
            addresses = ["::1", "127.0.0.1"]  // RFC 6761, section 6.3
        } else if fdplatform_is_address(String(address)) != 0, address.contains(":") == isBracketed {
            addresses = [String(address)]
        } else {
            return nil
        }
        guard port.isEmpty || port.hasPrefix(":"), let number = port.isEmpty ? 80 : UInt16(port.dropFirst()),
            number > 0, !port.hasPrefix(":+")
        else { return nil }
        host = Host(name: String(name), addresses: addresses, port: number)
    }
}
