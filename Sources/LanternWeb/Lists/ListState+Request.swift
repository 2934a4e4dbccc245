import AccessModel
import Hummingbird
import LanternCatalog

extension ListState {
    private static let cookiePrefix = "columns-"
    private static let own: Set = ["q", "at", "after", "size", "columns", "format", "sort"]

    /// Reads the address of a request.
    init(_ request: Request) {
        let parameters = request.uri.queryParameters
        func value(_ name: String) -> String { parameters[Substring(name)].map(String.init) ?? "" }
        path = request.uri.path
        text = value("q").trimmingWhitespace
        day = value("at")
        token = value("after")
        sort = value("sort")
        size = min(max(Int(value("size")) ?? Self.usualSize, 10), 100)
        let chosen = parameters.filter { $0.key == "columns" || $0.key == "column" }.flatMap {
            $0.value.split(separator: ",")
        }
        columns = chosen.map(String.init)
        remembered = Dictionary(
            request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
                let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).trimmingWhitespace }
                guard parts.count == 2, parts[0].hasPrefix(Self.cookiePrefix) else { return nil }
                return (
                    String(parts[0].dropFirst(Self.cookiePrefix.count)), parts[1].split(separator: ".").map(String.init)
                )
            }, uniquingKeysWith: { first, _ in first })
        others = parameters.filter { !Self.own.contains(String($0.key)) && $0.key != "column" && !$0.value.isEmpty }
            .map { (String($0.key), String($0.value)) }
    }

    /// The value of a parameter that is the list's own.
    subscript(name: String) -> String { others.first { $0.name == name }?.value ?? "" }

    var page: PageRequest { PageRequest(size: size, after: token) }
}

extension Site {
    /// The moment that an address asks for: the end of a day, a time, or now.
    func moment(_ state: ListState) async throws -> Moment { try await catalog.moment(asOf: state.day) }
}
