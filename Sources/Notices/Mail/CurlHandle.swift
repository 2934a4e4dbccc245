import AccessModel
import CLibcurl

/// One transfer of libcurl.
final class CurlHandle {
    private let handle: UnsafeMutableRawPointer
    private let owner: String
    /// Called back until the handle is gone.
    private let exchange: Exchange
    private let problem = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    private static let isReady = curl_global_init(CLIBCURL_GLOBAL) == CURLE_OK

    /// - Parameter owner: what errors begin with.
    init(_ owner: String, _ exchange: Exchange) throws(NoticeError) {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw NoticeError(.internal, "\(owner): libcurl doesn't start.")
        }
        self.handle = handle
        self.owner = owner
        self.exchange = exchange
        problem.pointee = 0
        try setCallbacks()
    }

    deinit {
        curl_easy_cleanup(handle)
        problem.deallocate()
        for list in lists { curl_slist_free_all(list) }
    }

    /// What the library says went wrong; empty when it says nothing.
    var detail: String { String(cString: problem) }

    func set(_ option: CURLoption, _ value: Int) throws(NoticeError) {
        try check(clibcurl_set_long(handle, option, value))
    }

    /// Sets a text; nil for none in place of what the library has by itself.
    func set(_ option: CURLoption, _ value: String?) throws(NoticeError) {
        let code = value.map { $0.withCString { clibcurl_set_text(handle, option, $0) } }
        try check(code ?? clibcurl_set_text(handle, option, nil))
    }

    func set(_ option: CURLoption, _ values: [String]) throws(NoticeError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = curl_slist_append(list, value) else {
                curl_slist_free_all(list)
                return try check(CURLE_OUT_OF_MEMORY)
            }
            list = longer
        }
        if let list { lists.append(list) }
        try check(clibcurl_set_list(handle, option, list))
    }

    private func check(_ code: CURLcode) throws(NoticeError) {
        guard code != CURLE_OK else { return }
        throw NoticeError(.internal, "\(owner): libcurl can't do it: \(String(cString: curl_easy_strerror(code))).")
    }

    /// Does what was set.
    func perform() -> CURLcode { curl_easy_perform(handle) }

    private func setCallbacks() throws(NoticeError) {
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        try check(clibcurl_set_memory(handle, CURLOPT_ERRORBUFFER, problem))
        for option in [CURLOPT_READDATA, CURLOPT_XFERINFODATA, CURLOPT_DEBUGDATA] {
            try check(clibcurl_set_memory(handle, option, context))
        }
        try check(
            clibcurl_set_reading(handle) { target, size, count, context in
                guard let exchange = Exchange.at(context), let target else { return CLIBCURL_ABORT_READING }
                return exchange.read(into: UnsafeMutableRawBufferPointer(start: target, count: size * count))
            })
        try check(
            clibcurl_set_progress(handle) { context, _, _, _, _ in
                Exchange.at(context)?.isCancelled() == true ? 1 : 0
            })
        try check(
            clibcurl_set_tracing(handle) { _, kind, bytes, count, context in
                Exchange.at(context)?.note(kind, UnsafeRawBufferPointer(start: bytes, count: count))
                return 0
            })
        try set(CURLOPT_NOPROGRESS, 0)
        try set(CURLOPT_VERBOSE, 1)
    }
}

/// What goes on during a transfer, on its thread.
final class Exchange {
    private let message: [UInt8]
    private var position = 0
    /// What has been said.
    private(set) var dialogue: MailDialogue
    /// Whether the transfer is to end.
    let isCancelled: () -> Bool

    init(_ message: [UInt8], _ dialogue: MailDialogue, isCancelled: @escaping () -> Bool) {
        self.message = message
        self.dialogue = dialogue
        self.isCancelled = isCancelled
    }

    static func at(_ context: UnsafeMutableRawPointer?) -> Exchange? {
        context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }

    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        let piece = message[position..<min(position + target.count, message.count)]
        target.copyBytes(from: piece)
        position += piece.count
        return piece.count
    }

    func note(_ kind: curl_infotype, _ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case CURLINFO_HEADER_OUT: dialogue.sent(String(decoding: bytes, as: UTF8.self))
        case CURLINFO_HEADER_IN: dialogue.received(String(decoding: bytes, as: UTF8.self))
        default: break
        }
    }
}
