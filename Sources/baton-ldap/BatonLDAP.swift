import ConnectorRuntime
import LDAPConnector

@main struct BatonLDAP {
    static func main() async { await LDAPConnector.run() }
}
