import AccessModel
import C1Z
import WireForm

/// Everything a reader hands out of a sync.
struct Contents: Equatable {
    struct Record: Equatable {
        var data: [UInt8]
        var expansion: [UInt8]?
        var needsExpansion: Bool
        var discoveredAt: String
    }

    var records: [RecordKind: [Record]] = [:]
    var assets: [[[UInt8]]] = []
    var sessions: [[[UInt8]]] = []

    init(of sync: String?, in reader: any C1ZReader) throws {
        for kind in RecordKind.allCases {
            var list: [Record] = []
            try reader.read(kind, of: sync, where: .all) { record in
                list.append(
                    Record(
                        data: Array(record.data), expansion: record.expansion.map { Array($0) },
                        needsExpansion: record.needsExpansion,
                        discoveredAt: record.discoveredAt.withText { $0.text }))
            }
            records[kind] = list
        }
        try reader.readAssets(of: sync) {
            assets.append([Array($0.id), Array($0.contentType), Array($0.data), $0.discoveredAt.withText { Array($0) }])
        }
        try reader.readSessions(of: sync) { sessions.append([Array($0.key), Array($0.value)]) }
    }

    func count(_ kind: RecordKind) -> Int { records[kind]?.count ?? 0 }
}
