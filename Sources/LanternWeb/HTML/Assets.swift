import CLanternAssets
import Crypto

/// The files that pages are made with: style, pictures and scripts, compiled in.
enum Assets {
    struct File: Sendable {
        let name: String
        let type: String
        let content: [UInt8]
        /// Its name with a mark of its content, so that browsers may keep it for ever.
        let marked: String
    }

    static let all: [String: File] = {
        var files: [String: File] = [:]
        for index in 0..<lantern_asset_count() {
            let name = String(cString: lantern_asset_name(index))
            let content = Array(
                UnsafeRawBufferPointer(start: lantern_asset_bytes(index), count: lantern_asset_size(index)))
            let mark = SHA256.hash(data: content).prefix(5).map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }
            files[name] = File(name: name, type: type(of: name), content: content, marked: "\(mark.joined())-\(name)")
        }
        return files
    }()

    private static let byMark = Dictionary(all.values.map { ($0.marked, $0) }) { first, _ in first }

    /// The description of the API.
    static var openAPI: [UInt8] { all["openapi.yaml"]?.content ?? [] }

    static func path(of name: String) -> String { "/assets/\(all[name]?.marked ?? name)" }

    /// The file with a marked name; nil when it is another version's.
    static func file(marked name: String) -> File? { byMark[name] }

    private static func type(of name: String) -> String {
        if name.hasSuffix(".css") { return "text/css; charset=utf-8" }
        if name.hasSuffix(".yaml") { return "application/yaml" }
        if name.hasSuffix(".svg") { return "image/svg+xml" }
        return "text/javascript; charset=utf-8"
    }
}
