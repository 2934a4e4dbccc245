import AccessModel

/// Reads attributes of which the server sends only some values at a time, as Active Directory does of groups with more than 1500 members.
///
/// The server counts values from the front, and the count shifts when one is taken away meanwhile. So each part is asked for from the
/// last value that came before on: when that is still in its place, nothing between has been missed; otherwise all is read anew.
struct RangedValues: Sendable {
    let directory: Directory

    /// How often an attribute is read anew when it changes while it is read.
    private static let attempts = 10

    /// Which part of the values came: `member;range=0-1499`, or `member;range=1500-*` for the last one.
    struct Range: Equatable {
        let first: Int
        /// Nil for the last part.
        let last: Int?

        /// The range in an attribute's name; nil when it has none.
        init?(of attribute: String) {
            guard
                let option = attribute.split(separator: ";").dropFirst().first(where: {
                    $0.lowercased().hasPrefix("range=")
                })
            else { return nil }
            let bounds = option.dropFirst("range=".count).split(separator: "-", omittingEmptySubsequences: false)
            guard bounds.count == 2, let first = Int(bounds[0]), first >= 0 else { return nil }
            guard bounds[1] != "*" else {
                self.first = first
                last = nil
                return
            }
            guard let last = Int(bounds[1]), last >= first else { return nil }
            self.first = first
            self.last = last
        }
    }

    /// All values of an attribute of an entry that was just read.
    ///
    /// - Throws: a `ServiceError` when the entry changes all the time.
    func all(_ attribute: String, of entry: LDAPEntry) async throws -> [[UInt8]] {
        guard var part = Self.part(attribute, of: entry) else { return entry.values(attribute) }
        let name = String(decoding: entry.name, as: UTF8.self)
        for _ in 0..<Self.attempts {
            if let values = try await rest(after: part, attribute, of: name) { return values }
            guard let again = try await directory.entry(name, attributes: [firstPart(of: attribute)], isFiltered: false)
            else { return [] }
            guard let first = Self.part(attribute, of: again) else { return again.values(attribute) }
            part = first
        }
        throw ServiceError(
            .unavailable, "\(name): its values of \(attribute) changed \(Self.attempts) times while they were read.")
    }

    /// What the first values of an attribute are asked for with.
    func firstPart(of attribute: String) -> String {
        directory.sizes.values == nil ? attribute : part(of: attribute, from: 0)
    }

    private func part(of attribute: String, from first: Int) -> String {
        let last = directory.sizes.values.map { "\(first + $0)" } ?? "*"
        return "\(attribute);range=\(first)-\(last)"
    }

    private typealias Part = (range: Range, values: [[UInt8]])

    private static func part(_ attribute: String, of entry: LDAPEntry) -> Part? {
        for found in entry.attributes {
            guard let base = found.name.split(separator: ";").first, String(base).isSameName(as: attribute),
                let range = Range(of: found.name)
            else { continue }
            return (range, found.values)
        }
        return nil
    }

    /// The values of the first part and of all others; nil when one was not where it had been.
    private func rest(after first: Part, _ attribute: String, of name: String) async throws -> [[UInt8]]? {
        var values = first.values
        var range = first.range
        while let last = range.last {
            guard let known = values.last, values.count == last + 1 else { return nil }
            let wanted = [self.part(of: attribute, from: last)]
            guard let entry = try await directory.entry(name, attributes: wanted, isFiltered: false),
                let part = Self.part(attribute, of: entry), part.range.first == last, part.values.first == known,
                part.values.count > 1 || part.range.last == nil
            else { return nil }
            values += part.values.dropFirst()
            range = part.range
        }
        return values
    }
}
