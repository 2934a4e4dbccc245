import StandinKit
import WireForm

/// What an endpoint has to say.
struct Reply {
    var status = 200
    /// JSON; nil for no content.
    var body: [UInt8]?
    var headers: [(name: String, value: String)] = []

    /// An answer without content.
    static let noContent = Reply(status: 204)

    /// An empty object, as lifecycle operations answer.
    static let emptyObject = Reply([:])

    init(status: Int) {
        self.status = status
    }

    init(_ json: JSONValue, status: Int = 200) {
        self.status = status
        body = Array(json.text.utf8)
    }

    /// A page of a list whose rows are written already.
    init(_ rows: [[UInt8]], own: String, next: String?) {
        var text: [UInt8] = []
        text.reserveCapacity(rows.reduce(2) { $0 + $1.count + 1 })
        text.append(UInt8(ascii: "["))
        for (place, row) in rows.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            text += row
        }
        text.append(UInt8(ascii: "]"))
        body = text
        link(own: own, next: next)
    }

    /// A page of a list.
    init(_ rows: [JSONValue], own: String, next: String?) {
        self.init(rows.map { Array($0.text.utf8) }, own: own, next: next)
    }

    mutating func link(own: String, next: String?) {
        headers.append(("Link", "<\(own)>; rel=\"self\""))
        if let next { headers.append(("Link", "<\(next)>; rel=\"next\"")) }
    }
}
