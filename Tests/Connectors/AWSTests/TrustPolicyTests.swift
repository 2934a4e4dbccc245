import AccessModel
import Testing

@testable import AWSConnector

@Suite struct `a trust policy` {
    private static let account = "123456789012"

    private static func policy(_ principal: String, action: String = #""sts:AssumeRole""#, effect: String = "Allow")
        -> String
    {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"\#(effect)","Principal":\#(principal),"Action":\#(action)}]}"#
    }

    @Test(arguments: [
        (
            policy(#"{"AWS":"arn:aws:iam::123456789012:user/eng/ada"}"#),
            ["iam_user/arn:aws:iam::123456789012:user/eng/ada"]
        ),
        (
            policy(
                #"{"AWS":["arn:aws:iam::1:role/a","arn:aws:iam::1:root","*","1"]}"#, action: #"["x","sts:AssumeRole"]"#),
            ["role/arn:aws:iam::1:role/a"]
        ),
        (policy(#""*""#), []), (policy(#"{"AWS":"arn:aws:iam::1:user/x"}"#, effect: "Deny"), []),
        (policy(#"{"AWS":"arn:aws:iam::1:user/x"}"#, action: #""sts:AssumeRoleWithSAML""#), []),
        (policy(#"{"AWS":"arn:aws:iam::1:user/x"}"#, action: #""sts:*""#), []),
        (
            #"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:user/x"},"Action":"sts:AssumeRole"}}"#,
            ["iam_user/arn:aws:iam::1:user/x"]
        ),
        (#"{"Statement":[]}"#, []),
    ])
    func `names users and roles`(text: String, principals: [String]) throws {
        #expect(try TrustPolicy(text).principals.map(\.description) == principals)
    }

    @Test(arguments: [
        (#"{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]}"#, "aws.role.ec2"),
        (#"{"Service":"ecs-tasks.amazonaws.com"}"#, "aws.role.ecs_tasks"),
        (#"{"Federated":"arn:aws:iam::123456789012:oidc-provider/x"}"#, "aws.role.oidc"),
        (#"{"Federated":["arn:aws:iam::123456789012:saml-provider/x"]}"#, "aws.role.saml"),
        (#"{"Federated":"cognito-identity.amazonaws.com"}"#, "aws.role.federated"),
        (#"{"AWS":"arn:aws:iam::210987654321:root"}"#, "aws.role.cross_account"),
        (#"{"AWS":"arn:aws:iam::123456789012:root"}"#, "aws.role"), (#""*""#, "aws.role"),
    ])
    func `tells what kind of identity a role is`(principal: String, kind: String) throws {
        for action in [#""sts:AssumeRole""#, #"["sts:AssumeRoleWithWebIdentity"]"#] {
            #expect(try TrustPolicy(Self.policy(principal, action: action)).kind(in: Self.account) == kind)
        }
        #expect(try TrustPolicy(Self.policy(principal, effect: "Deny")).kind(in: Self.account) == "aws.role")
    }

    @Test(arguments: ["", "{}", "[]", #"{"Statement":"x"}"#, #"{"Statement":[}"#])
    func `that is none is refused`(text: String) {
        #expect(throws: ServiceError.self) { try TrustPolicy(text) }
    }
}
