import CCurl
import DataPlane

/// One request under way, and the easy handle it uses.
final class CurlTransfer {
    private static let receiveBuffer = 4 << 10

    let easy: UnsafeMutableRawPointer
    private unowned let site: CurlSite
    /// Header lines of this request alone, with those of the site behind them.
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var headerCount = 0
    private(set) var id = 0
    private(set) var hasFirstByte = false
    private var isSent = false
    private var body: [UInt8] = []
    private var rates = RateHeaders()
    var bodyBytes: Int { body.count }

    init(_ site: CurlSite) {
        guard let easy = fdcurl_easy_open() else { fatalError("out of memory") }
        self.easy = easy
        self.site = site
        if let address = site.address {
            fdcurl_set_pointer(easy, CURLOPT_CURLU, UnsafeRawPointer(address))
        } else {
            fdcurl_set_pointer(easy, CURLOPT_URL, site.url)
        }
        fdcurl_set_pointer(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        fdcurl_set_pointer(easy, CURLOPT_USERAGENT, "FastDistill")
        fdcurl_set_pointer(easy, CURLOPT_ACCEPT_ENCODING, "")
        // Signals belong to the host; name resolution has its own thread.
        fdcurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        fdcurl_set_long(easy, site.isGet ? CURLOPT_HTTPGET : CURLOPT_POST, 1)
        fdcurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        // Each request under way has such a buffer; most responses fit.
        fdcurl_set_long(easy, CURLOPT_BUFFERSIZE, Self.receiveBuffer)
        fdcurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(site.timeouts.connectMilliseconds))
        fdcurl_set_long(easy, CURLOPT_TIMEOUT_MS, Int(site.timeouts.totalMilliseconds))
        fdcurl_set_before_request(easy, askBeforeRequest)
        fdcurl_set_write(easy, CURLOPT_WRITEFUNCTION, takeBody)
        fdcurl_set_write(easy, CURLOPT_HEADERFUNCTION, takeHeader)
    }

    deinit {
        fdcurl_easy_close(easy)
        freeHeaders()
    }

    /// Sets the handle up for a request. The context pointers hold until ``finish(_:)`` or ``abort(_:)``: the client keeps
    /// the transfer as long.
    func prepare(id: Int, headers: [String], body: [UInt8]) {
        self.id = id
        hasFirstByte = false
        rates = RateHeaders()
        self.body.removeAll(keepingCapacity: true)
        freeHeaders()
        headerList = headers.reduce(nil) { fdcurl_list_append($0, $1) }
        headerCount = headers.count
        lastOwnHeader?.pointee.next = site.headerList
        fdcurl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList ?? site.headerList)
        let context = Unmanaged.passUnretained(self).toOpaque()
        fdcurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        fdcurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        fdcurl_set_pointer(easy, CURLOPT_PREREQDATA, context)
        isSent = false
        // A body would make a POST of it.
        if site.isGet { return }
        body.withUnsafeBufferPointer { bytes in
            fdcurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            fdcurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
        }
    }

    private var lastOwnHeader: UnsafeMutablePointer<curl_slist>? {
        var last = headerList
        for _ in 1..<max(headerCount, 1) { last = last?.pointee.next }
        return last
    }

    private func freeHeaders() {
        lastOwnHeader?.pointee.next = nil
        fdcurl_list_free(headerList)
        headerList = nil
    }

    func finish(_ code: CURLcode, isExhausted: Bool) -> HTTPClient.Result {
        var bytesSent = 0
        fdcurl_get_long(easy, CURLINFO_REQUEST_SIZE, &bytesSent)
        return result(code == CURLE_OK ? nil : TransferFailure(code, hasSent: bytesSent > 0, isExhausted: isExhausted))
    }

    func abort(_ failure: TransferFailure) -> HTTPClient.Result { result(failure) }

    private func result(_ failure: TransferFailure?) -> HTTPClient.Result {
        var status = 0
        fdcurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        let result = HTTPClient.Result(
            id: id, failure: failure, status: status, body: body, rates: rates)
        site.giveBack(self)
        return result
    }

    /// Allows one request. When a connection that was kept open is closed without an answer, libcurl would send it again
    /// by itself, and the provider would be paid twice. A GET costs nothing.
    fileprivate func allowRequest() -> Bool {
        defer { isSent = true }
        return !isSent || site.isGet
    }

    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= HTTPClient.largestBody else { return false }
        body.append(contentsOf: bytes)
        return true
    }

    fileprivate func receive(header: UnsafeRawBufferPointer) {
        hasFirstByte = true
        // All other headers are no concern of ours.
        guard let first = header.first, "rx".utf8.contains(first | 0x20) else { return }
        rates.read(String(decoding: header, as: UTF8.self))
    }
}

private func askBeforeRequest(
    _ context: UnsafeMutableRawPointer?, _ address: UnsafeMutablePointer<CChar>?,
    _ ownAddress: UnsafeMutablePointer<CChar>?, _ port: Int32, _ ownPort: Int32
) -> Int32 {
    guard let context else { return CURL_PREREQFUNC_ABORT }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.allowRequest() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

private func takeBody(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.receive(UnsafeRawBufferPointer(start: data, count: size * count)) ? size * count : 0
}

private func takeHeader(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    if let context {
        Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            .receive(header: UnsafeRawBufferPointer(start: data, count: size * count))
    }
    return size * count
}
