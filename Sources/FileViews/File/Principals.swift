import AccessModel
import C1Z
import WireForm

/// The distinct principals of some grants, in the order they first occur.
///
/// Only their identities are kept.
struct Principals {
    private var names = ByteInterner()

    /// Collects the principals of the grants that `filter` lets through.
    init(of sync: OpenedSync, where filter: RecordFilter) throws {
        var names = self.names
        var key = WireWriter()
        try sync.records(.grant, where: filter).forEach { grant in
            let name = try GrantFields(grant).holder
            key.reset()
            key.field(1, name.type)
            key.field(2, name.id)
            key.bytes.withUnsafeBytes { _ = names.add($0) }
        }
        self.names = names
    }

    /// How many there are.
    var count: Int { names.count }

    /// Calls `body` with the identity of a principal.
    func withName<Result>(_ number: Int, _ body: (ResourceName) throws -> Result) throws -> Result {
        try names.withString(number) { try body(ResourceName($0)) }
    }

    /// Hands out the resources behind the numbers, with stand-ins for those that `sync` doesn't have.
    func resources(_ numbers: some Sequence<Int>, in sync: OpenedSync, _ directory: Directory) -> Records {
        Records { body in
            for number in numbers {
                let message = try withName(number) { name in
                    try sync.find(name.identity) ?? directory.missingResource(name)
                }
                try message.withUnsafeBytes(body)
            }
        }
    }
}
