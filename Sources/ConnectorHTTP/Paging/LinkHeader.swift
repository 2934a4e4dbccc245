/// Reads `Link` headers (RFC 8288).
enum LinkHeader {
    /// The target of the first link with this relation.
    static func target(_ relation: String, in values: [String]) -> String? {
        for value in values {
            var scanner = ByteScanner(value)
            while let link = link(&scanner) {
                let relations = (link.parameters.first { HeaderFields.same($0.name, "rel") }?.value ?? "")
                    .split(separator: " ")
                if relations.contains(where: { HeaderFields.same(String($0), relation) }) { return link.target }
            }
        }
        return nil
    }

    /// `<target>; name=value; name="value"`, and what is before the comma after it.
    private static func link(
        _ scanner: inout ByteScanner
    ) -> (target: String, parameters: [(name: String, value: String)])? {
        scanner.skip(" ,")
        guard scanner.take("<"), let target = scanner.text(upTo: ">"), scanner.take(">") else { return nil }
        var parameters: [(name: String, value: String)] = []
        while true {
            scanner.skip(" ")
            guard scanner.take(";") else { break }
            scanner.skip(" ;")
            guard let parameter = scanner.parameter(mayLackValue: true) else { break }
            parameters.append(parameter)
        }
        // Whatever is left of a malformed link must not hide the one after it.
        scanner.skip(to: ",")
        return (target, parameters)
    }
}
