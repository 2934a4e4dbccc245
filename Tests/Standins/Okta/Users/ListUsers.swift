import StandinKit
import WireForm

extension Org {
    /// `GET /api/v1/users`.
    mutating func listUsers(_ call: Call) throws -> Reply {
        if call.caller.rights == .none { return Reply([JSONValue](), own: call.own, next: nil) }
        let search = try UserSearch(call, self)
        let parts = try UserParts(contentType: call.request.header("Content-Type"))
        let limit = try call.limit(default: search.isQuick ? 10 : 200, most: settings.userPageLimit)
        if let sortBy = call.query("sortBy"), call.query("search") != nil {
            return try sortedUsers(call, search, by: sortBy, limit: limit, parts)
        }
        let page = try userPage(call, limit: limit, isMeant: search.isMeant)
        let next = page.hasMore && !search.isQuick ? call.next(after: page.last, self) : nil
        let reply = Reply(page.rows.map { row($0, call, parts) }, own: call.own, next: next)
        disturb(call, after: page.last, isMeant: search.isMeant)
        return reply
    }

    private mutating func userPage(
        _ call: Call, limit: Int, isMeant: (OktaUser) -> Bool
    ) throws -> RowPage<OktaUser> {
        let start = try call.cursor(self) ?? users.start
        if call.effects.contains(.emptyPage) { return RowPage(rows: [], last: start, hasMore: true) }
        var page = users.page(after: start, limit: limit, where: isMeant)
        if call.effects.contains(.repeatRow), let last = users.lastOrdinal(upTo: start, where: isMeant),
            let row = users.page(after: last - 1, limit: 1, where: isMeant).rows.first
        {
            page.rows.insert(row, at: 0)
        }
        return page
    }

    private mutating func row(_ user: OktaUser, _ call: Call, _ parts: UserParts) -> [UInt8] {
        guard let fields = call.query("fields") else { return rendered.row(user, parts, call.origin) }
        let whole = user.json(parts, links: user.selfLink(call.origin))
        return Array(FieldSelection(fields).select(from: whole).text.utf8)
    }

    /// A page of a sorted list; its cursors count rows.
    private mutating func sortedUsers(
        _ call: Call, _ search: UserSearch, by attribute: String, limit: Int, _ parts: UserParts
    ) throws -> Reply {
        let isDescending = try Self.isDescending(call.query("sortOrder"))
        let sorted = users.rows.filter(search.isMeant).map { ($0.sortKey(attribute), $0) }
            .sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }.map(\.1)
        let start = try call.cursor(self) ?? 0
        let rows = (isDescending ? sorted.reversed() : sorted).dropFirst(start).prefix(limit)
        let next = start + rows.count < sorted.count ? call.next(after: start + rows.count, self) : nil
        return Reply(rows.map { row($0, call, parts) }, own: call.own, next: next)
    }

    static func isDescending(_ order: String?) throws(OktaError) -> Bool {
        switch order?.lowercased() {
        case nil, "asc": false
        case "desc": true
        default: throw .validation("sortOrder", "sortOrder: must be asc or desc")
        }
    }

    /// Changes the list under the client's feet.
    private mutating func disturb(_ call: Call, after ordinal: Int, isMeant: (OktaUser) -> Bool) {
        if call.effects.contains(.insertRow) { insertUsers(call.now) }
        guard !call.effects.isDisjoint(with: [.removeRow, .renameRow]),
            let unseen = users.page(after: ordinal, limit: 1, where: isMeant).rows.first
        else { return }
        if call.effects.contains(.removeRow) { forget(unseen) }
        if call.effects.contains(.renameRow) {
            change(unseen.id, call.now) {
                $0.profile["lastName"] = .string(($0.profileText("lastName") ?? "") + "-Renamed")
            }
        }
    }

    /// A user before all others, which no later page shows, and one behind them.
    private mutating func insertUsers(_ now: Timestamp) {
        for isFirst in [true, false] {
            let id = newID("00u")
            let login = "\(id)@inserted.example"
            let user = OktaUser(
                id: id, status: .active, created: now, lastUpdated: now, typeID: settings.userTypeID,
                profile: JSONObject([
                    ("firstName", "Inserted"), ("lastName", .string(id)), ("login", .string(login)),
                    ("email", .string(login)),
                ]))
            if isFirst { users.putFirst(user, id: id) } else { users.put(user, id: id) }
            logins[login] = id
        }
    }
}

extension OktaUser {
    fileprivate func sortKey(_ attribute: String) -> String {
        switch values(of: attribute, ignoresCase: true).first {
        case .text(let text)?: text
        case .time(let time)?: time.text
        case .number(let number)?: "\(number)"
        case .flag(let flag)?: "\(flag)"
        case nil: ""
        }
    }
}

/// `fields=status,profile:(firstName,city)`: which members are shown.
struct FieldSelection {
    private var top: Set<String> = ["id"]
    private var profile: Set<String> = []

    init(_ text: String) {
        var rest = text[...]
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "," && $0 != ":" }.trimmed
            rest = rest.drop { $0 != "," && $0 != ":" }
            top.insert(name)
            if rest.hasPrefix(":(") {
                profile = Set(rest.dropFirst(2).prefix { $0 != ")" }.split(separator: ",").map(\.trimmed))
                rest = rest.drop { $0 != ")" }.dropFirst()
            }
            rest = rest.drop { $0 == "," || $0 == " " }
        }
    }

    func select(from user: JSONValue) -> JSONValue {
        .object(
            user.members.filter { top.contains($0.name) }.map { member in
                guard member.name == "profile", !profile.isEmpty else { return member }
                return (member.name, .object(member.value.members.filter { profile.contains($0.name) }))
            })
    }
}
