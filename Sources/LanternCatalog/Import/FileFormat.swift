import AccessModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What kind of file was uploaded, by its first bytes.
enum FileFormat: Equatable {
    case c1z
    case spreadsheet

    /// Looks at the beginning of a file.
    ///
    /// - Throws: ``CatalogError`` when it is none that can be imported.
    init(of path: String, named name: String) throws(CatalogError) {
        let beginning = try Self.beginning(of: path, named: name)
        switch beginning {
        case _ where beginning.starts(with: "C1ZF".utf8) || beginning.starts(with: "C1Z3".utf8): self = .c1z
        case _ where beginning.starts(with: [0x50, 0x4B, 0x03, 0x04]): self = .spreadsheet
        case _ where beginning.isEmpty:
            throw CatalogError(.invalidArgument, "\(name): is empty. Choose a .c1z, .csv or .xlsx file.")
        case _ where beginning.contains(0) && !beginning.isUTF16:
            throw CatalogError(
                .invalidArgument, "\(name): is neither a c1z file nor a spreadsheet. Choose a .c1z, .csv or .xlsx file."
            )
        default: self = .spreadsheet
        }
    }

    private static func beginning(of path: String, named name: String) throws(CatalogError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CatalogError(.notFound, "\(name): the uploaded file is no longer there. Upload it again.")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(count, 0)))
    }
}

extension [UInt8] {
    /// Whether it begins like text in UTF-16: with its mark, or with letters each of which has an empty byte on the same side.
    fileprivate var isUTF16: Bool {
        if starts(with: [0xFF, 0xFE]) || starts(with: [0xFE, 0xFF]) { return true }
        let pairs = prefix(64).count / 2
        let sides = [0, 1].map { side in (0..<pairs).count { self[$0 * 2 + side] == 0 } }
        return pairs > 1 && sides.contains(0) && sides.contains { $0 * 2 > pairs }
    }
}
