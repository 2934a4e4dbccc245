/// How the number of a cell is shown.
enum NumberFormat: Equatable {
    case general
    case date
    /// As at least so many digits, with zeros in front: so personnel numbers are often kept.
    case padded(digits: Int)

    /// The format with a number below 164, which no file describes.
    init(builtIn id: Int) {
        switch id {
        // 27 to 36 and 50 to 58 are the dates of East Asian editions.
        case 14...22, 27...36, 45...47, 50...58: self = .date
        default: self = .general
        }
    }

    /// The format that a code like `yyyy-mm-dd` describes.
    init(code: String) {
        let signs = Self.signs(of: code)
        if !signs.isEmpty, signs.count <= 32, signs.allSatisfy({ $0 == "0" }) {
            self = .padded(digits: signs.count)
        } else if signs.lowercased() == "general" {
            self = .general
        } else {
            self = signs.contains { "yYmMdDhHsS".contains($0) } ? .date : .general
        }
    }

    /// The first section of a code, without its literal text; `[h]` and the like stay, colours and languages go.
    private static func signs(of code: String) -> String {
        var signs = ""
        var rest = code.prefix(1024)[...]
        while let sign = rest.popFirst(), sign != ";" {
            switch sign {
            case "\"": rest = rest.drop { $0 != "\"" }.dropFirst()
            case "\\", "_", "*": _ = rest.popFirst()
            case "[":
                let inner = rest.prefix { $0 != "]" }
                rest = rest.dropFirst(inner.count + 1)
                if !inner.isEmpty, inner.allSatisfy({ "hHmMsS".contains($0) }) { signs += inner }
            default: signs.append(sign)
            }
        }
        return signs
    }
}

/// The number formats of the cell styles of a workbook.
struct CellStyles {
    private static let most = 100_000

    private var formats: [NumberFormat] = []
    private var custom: [Int: NumberFormat] = [:]

    /// Only the general style.
    init() {}

    init(_ stream: any ByteStream) throws(SpreadsheetError) {
        var reader = try XMLReader(stream)
        var isInCells = false
        while true {
            switch try reader.next() {
            case .start where reader.isNamed("numFmt"): addCustom(reader)
            case .start where reader.isNamed("cellXfs"): isInCells = true
            case .end where reader.isNamed("cellXfs"): isInCells = false
            case .start where isInCells && reader.isNamed("xf"): addStyle(reader)
            case .finished: return
            default: break
            }
            guard formats.count <= Self.most, custom.count <= Self.most else {
                throw .tooLarge("The workbook has more than \(Self.most) styles")
            }
        }
    }

    /// The format of the style with this number.
    func format(_ style: Int) -> NumberFormat {
        formats.indices.contains(style) ? formats[style] : .general
    }

    private mutating func addCustom(_ reader: XMLReader) {
        guard let id = reader.textAttribute("numFmtId").flatMap({ Int($0) }),
            let code = reader.textAttribute("formatCode")
        else { return }
        custom[id] = NumberFormat(code: code)
    }

    private mutating func addStyle(_ reader: XMLReader) {
        let id = reader.textAttribute("numFmtId").flatMap { Int($0) } ?? 0
        formats.append(custom[id] ?? NumberFormat(builtIn: id))
    }
}
