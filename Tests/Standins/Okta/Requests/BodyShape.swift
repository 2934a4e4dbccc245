import StandinKit
import WireForm

/// Which members a body may have, and of which kind they are.
indirect enum BodyShape: Sendable {
    case object([String: BodyShape])
    case list(BodyShape)
    case string, boolean, number
    /// A string or `null`.
    case text
    /// An object whose members are somebody else's affair.
    case freeObject

    /// Refuses what doesn't fit, as a reader does that knows every member.
    func check(_ value: JSONValue) throws(OktaError) {
        switch (self, value) {
        case (.object(let known), .object(let members)):
            for member in members {
                guard let shape = known[member.name] else { throw .malformedBody }
                if !member.value.isNull { try shape.check(member.value) }
            }
        case (.list(let shape), .array(let elements)):
            for element in elements { try shape.check(element) }
        case (.string, .string), (.text, .string), (.text, .null), (.boolean, .bool), (.number, .number),
            (.freeObject, .object):
            break
        default: throw .malformedBody
        }
    }
}
