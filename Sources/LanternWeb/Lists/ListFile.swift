import HummingbirdCore
import LanternCatalog
import NIOCore
import Spreadsheets
import WireForm

/// A whole list as a file, made page by page while it is sent.
struct ListFile<Row: Sendable>: AsyncSequence, Sendable {
    let format: ListFormat
    let columns: [Column<Row>]
    let fetch: @Sendable (PageRequest) async throws -> Page<Row>

    struct Iterator: AsyncIteratorProtocol {
        private enum Place { case head, rows(after: String), end, over }

        private let file: ListFile
        private var place = Place.head
        private var isFirst = true

        fileprivate init(_ file: ListFile) { self.file = file }

        mutating func next() async throws -> ByteBuffer? {
            switch place {
            case .head:
                place = .rows(after: "")
                return ByteBuffer(string: file.format == .csv ? CSVText.row(file.columns.map(\.title)) : "[")
            case .rows(let token):
                let page = try await file.fetch(PageRequest(size: 1000, after: token))
                place = page.next.isEmpty ? .end : .rows(after: page.next)
                return text(page.rows)
            case .end:
                place = .over
                return ByteBuffer(string: file.format == .csv ? "" : "\n]\n")
            case .over: return nil
            }
        }

        private mutating func text(_ rows: [Row]) -> ByteBuffer {
            if file.format == .csv {
                return ByteBuffer(string: rows.map { row in CSVText.row(file.columns.map { $0.text(row) }) }.joined())
            }
            var json = JSONText()
            for row in rows {
                json.raw(isFirst ? "\n" : ",\n")
                isFirst = false
                JSONValue.object(file.columns.map { ($0.key, .string($0.text(row))) }).write(to: &json)
            }
            return ByteBuffer(bytes: json.bytes)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(self) }
}

extension String {
    /// A file name that every system takes.
    var plainFileName: String {
        let kept = map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_. ".contains($0)) ? $0 : "-" }
        return String(kept.prefix(120))
    }
}
