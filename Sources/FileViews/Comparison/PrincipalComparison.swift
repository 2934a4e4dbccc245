import C1Z

/// Who holds one entitlement and who holds another, perhaps in another file.
struct PrincipalComparison {
    /// One of the two sides.
    struct Side {
        let sync: OpenedSync
        let principals: Principals
        /// Looks up the principals themselves, and says which are missing.
        let directory: Directory

        init(_ sync: OpenedSync, entitlement: String) throws {
            self.sync = sync
            principals = try Principals(of: sync, where: .entitlement(entitlement))
            directory = Directory(sync, shapes: nil)
        }

        var all: Records { resources(Array(0..<principals.count)) }

        func resources(_ numbers: [Int]) -> Records {
            principals.resources(numbers, in: sync, directory)
        }

        fileprivate func index() throws -> PrincipalIndex {
            var index = PrincipalIndex()
            try all.forEach { index.add(try PrincipalTraits($0)) }
            return index
        }

        fileprivate func numbers(withoutMatchIn other: PrincipalIndex) throws -> [Int] {
            var numbers: [Int] = []
            var number = 0
            try all.forEach { resource in
                if try !other.hasMatch(for: PrincipalTraits(resource)) { numbers.append(number) }
                number += 1
            }
            return numbers
        }
    }

    let base: Side
    let compared: Side
    /// Principals of the base without a match, and compared ones without.
    let missing: [Int]
    let extra: [Int]

    init(base: Side, compared: Side) throws {
        self.base = base
        self.compared = compared
        missing = try base.numbers(withoutMatchIn: compared.index())
        extra = try compared.numbers(withoutMatchIn: base.index())
    }

    /// The lists of the JSON form, in its order.
    var lists: [(key: StaticString, records: Records, count: Int)] {
        [
            ("missing", base.resources(missing), missing.count), ("extra", compared.resources(extra), extra.count),
            ("base", base.all, base.principals.count), ("compared", compared.all, compared.principals.count),
        ]
    }
}
