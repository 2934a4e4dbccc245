import BuiltConnectors
import Foundation
import Testing

extension BuiltConnector {
    /// The built program, asking a service as somebody who may do everything.
    convenience init(asking aws: TestAWS, level: String = "warn") throws {
        try self.init("baton-aws", aws.variables, level: level)
    }
}
