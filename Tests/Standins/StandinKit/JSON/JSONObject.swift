package import WireForm

/// The members of a JSON object, to be read and changed by name; they keep their order.
package struct JSONObject: Sendable {
    package private(set) var members: [(name: String, value: JSONValue)]

    package init(_ members: [(name: String, value: JSONValue)] = []) {
        self.members = members
    }

    package subscript(name: String) -> JSONValue? {
        get { members.last { $0.name == name }?.value }
        set {
            let place = members.lastIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    package var names: [String] { members.map(\.name) }

    package var value: JSONValue { .object(members) }
}
