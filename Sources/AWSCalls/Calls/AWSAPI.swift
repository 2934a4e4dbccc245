import AccessModel
import ConnectorHTTP

/// A service of AWS: where it is, and how it is spoken to.
package struct AWSAPI: Sendable {
    /// What policies call it, such as `iam`.
    package let name: String
    /// How calls to it are written.
    package let form: Form
    /// Its part of a host name and of the signature's scope.
    private let hostName: String
    /// What it is called in variables such as `AWS_ENDPOINT_URL_IAM`.
    private let variableName: String
    /// The only region in which it is asked; nil when each has its own.
    private let homeRegion: String?
    /// Whether its host names no region.
    private let isGlobal: Bool

    /// How calls are written.
    package enum Form: Sendable {
        /// A form, answered in XML; the version goes along.
        case query(version: String)
        /// JSON, with the name of the call in a field after this prefix.
        case json(target: String)
    }

    private init(
        _ name: String, _ form: Form, host: String? = nil, variable: String? = nil,
        homeRegion: String? = nil, isGlobal: Bool = false
    ) {
        self.name = name
        self.form = form
        hostName = host ?? name
        variableName = variable ?? name.uppercased()
        self.homeRegion = homeRegion
        self.isGlobal = isGlobal
    }

    /// Identity and Access Management.
    package static let iam = AWSAPI("iam", .query(version: "2010-05-08"), homeRegion: "us-east-1", isGlobal: true)
    /// The Security Token Service.
    package static let sts = AWSAPI("sts", .query(version: "2011-06-15"))
    /// Organizations.
    package static let organizations = AWSAPI(
        "organizations", .json(target: "AWSOrganizationsV20161128"), homeRegion: "us-east-1")
    /// The administration of IAM Identity Center.
    package static let sso = AWSAPI("sso", .json(target: "SWBExternalService"), variable: "SSO_ADMIN")
    /// The users and groups of IAM Identity Center.
    package static let identityStore = AWSAPI("identitystore", .json(target: "AWSIdentityStore"))
    /// CloudTrail.
    package static let cloudTrail = AWSAPI(
        "cloudtrail", .json(target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"))

    /// The region that signatures name.
    func region(_ asked: String) -> String { homeRegion ?? asked }

    /// The name that signatures have for it.
    var signingName: String { hostName }

    /// Where it is.
    ///
    /// - Throws: ``AWSError`` when a variable holds no address.
    func address(in region: String, _ environment: AWSEnvironment) throws(AWSError) -> WebAddress {
        let text = environment.endpoint(of: variableName) ?? "https://\(host(in: self.region(region), environment))"
        guard let address = WebAddress(parsing: text) else {
            throw AWSError(
                .invalidArgument,
                "AWS_ENDPOINT_URL_\(variableName), AWS_ENDPOINT_URL or the region: make no http or https address.")
        }
        return address
    }

    private func host(in region: String, _ environment: AWSEnvironment) -> String {
        let isFIPS = environment.isOn("AWS_USE_FIPS_ENDPOINT", orInProfile: "use_fips_endpoint")
        let isDual = environment.isOn("AWS_USE_DUALSTACK_ENDPOINT", orInProfile: "use_dualstack_endpoint")
        let first = hostName + (isFIPS ? "-fips" : "")
        if isGlobal { return isDual ? "\(first).global.api.aws" : "\(first).amazonaws.com" }
        return "\(first).\(region)." + (isDual ? "api.aws" : "amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")")
    }
}
