import AccessModel
import BatonWire
import SwiftProtobuf
import Testing

@testable import C1Z

@Suite struct `grants that describe identities of another file` {
    private let folder: TemporaryFolder
    private let writer: any C1ZWriter

    init() throws {
        folder = try TemporaryFolder()
        writer = try C1ZFile.write(folder.file("sync.c1z"), options: options())
        _ = try writer.startSync(.full, parent: "")
    }

    private func carrier(_ id: String) -> Grant {
        var grant = Sample.membership(id)
        grant.annotations.append(carrying: GrantImmutable())
        grant.annotations.append(carrying: C1_Connector_V2_ExternalResourceMatchID.with { $0.id = "x" })
        return grant
    }

    /// Only looks like a carrier.
    private func plain(_ id: String) -> Grant {
        var grant = Sample.membership(id)
        grant.principal.displayName = "type.googleapis.com/c1.connector.v2.ExternalResourceMatchID"
        return grant
    }

    private func ids() throws -> [String] {
        var ids: [String] = []
        try writer.read(.grant, of: nil, where: .all) { ids.append(try Grant(serializedBytes: Array($0.data)).id) }
        return ids
    }

    @Test func `give way to those put aside, however they lie, and no other does`() throws {
        for number in 0..<3000 {
            // Runs of both, and both alternating.
            let isCarrier = number < 1000 ? number % 2 == 0 : number < 2000
            try writer.put(isCarrier ? carrier("c\(number)") : plain("p\(number)"))
        }
        var found = 0
        try writer.readMatchCarriers { _ in found += 1 }
        #expect(found == 1500)
        var matched = RecordBatch(.grant)
        try matched.append(Sample.membership("new"))
        try matched.append(Sample.membership("p2999"))
        try writer.putMatched(matched)
        try writer.replaceMatchCarriers()
        let kept = (0..<1000).filter { $0 % 2 == 1 } + (2000..<2999)
        #expect(try ids() == kept.map { "p\($0)" } + ["new", "p2999"])
    }

    @Test func `are all there again when it is taken back`() throws {
        try writer.put(carrier("c"), plain("p"))
        try writer.commit(reaching: "before")
        var matched = RecordBatch(.grant)
        try matched.append(Sample.membership("new"))
        try writer.putMatched(matched)
        try writer.replaceMatchCarriers()
        #expect(try ids() == ["p", "new"])
        try writer.rollBack()
        #expect(try ids() == ["c", "p"])
        try writer.rollBack()
        try writer.put(plain("q"))
        try writer.endSync()
        _ = try writer.save()
        let rows = try database(in: folder.file("sync.c1z"), folder).rows(
            "SELECT external_id FROM v1_grants ORDER BY id")
        #expect(rows == [["c"], ["p"], ["q"]])
    }
}
