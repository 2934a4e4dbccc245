/// The host as host lists see it.
struct SudoHost {
    private let shortName: [UInt8]
    private let fullName: [UInt8]
    private let addresses: [(address: IPAddress, prefix: Int?)]?
    private let netgroups: SudoNetgroups

    init(_ given: SudoSurroundings, netgroups: SudoNetgroups) {
        shortName = Self.shortName(given.hostName)
        let full = given.fullHostName.isEmpty ? given.hostName : given.fullHostName
        fullName = Array(full.utf8).lowercased
        addresses = given.localAddresses?.compactMap { text in
            let parts = text.utf8.split(separator: .init(ascii: "/"), maxSplits: 1)
            guard let first = parts.first, let address = IPAddress(Array(first)) else { return nil }
            let prefix = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) : nil
            return (address, prefix.map { min(128, max(0, $0)) })
        }
        self.netgroups = netgroups
    }

    static func shortName(_ name: String) -> [UInt8] {
        Array(name.utf8.prefix { $0 != .init(ascii: ".") }).lowercased
    }

    /// What a host list says of this host.
    struct Answer {
        var isMatching = false
        /// Whether something negated could not be looked up.
        var isApproximate = false
        var unresolved: [String] = []
    }

    /// The last element that matches decides; what is not known doesn't match.
    func answer(to items: [SudoersExpansion.Item], in expansion: SudoersExpansion) -> Answer {
        var answer = Answer()
        for item in items.reversed() {
            guard let isHere = isHere(expansion.subject(of: item)) else {
                answer.unresolved.append(Self.name(expansion.subject(of: item)))
                if item.isNegated { answer.isApproximate = true }
                continue
            }
            if isHere {
                answer.isMatching = !item.isNegated
                return answer
            }
        }
        return answer
    }

    private func isHere(_ subject: SudoersMember.Subject) -> Bool? {
        switch subject {
        case .all: true
        case .word(let name), .alias(let name): hasName(name)
        case .network(let network): addresses == nil ? nil : isIn(network)
        case .netgroup(let name): netgroups.contains(host: [shortName, fullName], name)
        case .userGroup, .command, .myself: false
        }
    }

    private func hasName(_ pattern: [UInt8]) -> Bool {
        let pattern = pattern.lowercased
        let name = pattern.contains(.init(ascii: ".")) ? fullName : shortName
        return Wildcard.isPattern(pattern) ? Wildcard(pattern).matches(name) : pattern == name
    }

    private func isIn(_ network: [UInt8]) -> Bool {
        let parts = network.split(separator: .init(ascii: "/"), maxSplits: 1).map(Array.init)
        guard let first = parts.first, let wanted = IPAddress(first), let addresses else { return false }
        guard parts.count > 1 else {
            return addresses.contains { own in
                own.address == wanted || own.prefix.map { own.address.masked(by: .prefix($0)) == wanted } ?? false
            }
        }
        guard let mask = IPAddress.Mask(parts[1]) else { return false }
        let base = wanted.masked(by: mask)
        return addresses.contains {
            $0.address.bytes.count == wanted.bytes.count && $0.address.masked(by: mask) == base
        }
    }

    private static func name(_ subject: SudoersMember.Subject) -> String {
        switch subject {
        case .network(let network): "sudoers network \(String(decoding: network, as: UTF8.self))"
        case .netgroup(let name): "sudoers netgroup \(String(decoding: name, as: UTF8.self))"
        default: "sudoers host"
        }
    }
}

extension [UInt8] {
    /// ASCII letters in lower case.
    var lowercased: [UInt8] { map { $0.isCapital ? $0 | 0x20 : $0 } }
}
