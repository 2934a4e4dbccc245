#include <lber.h>
#include <ldap.h>
#include <openldap.h>

/* Macros with casts, which Swift doesn't import. */
static const int CLIBLDAP_SCOPE_BASE = LDAP_SCOPE_BASE;
static const int CLIBLDAP_SCOPE_ONE = LDAP_SCOPE_ONELEVEL;
static const int CLIBLDAP_SCOPE_SUBTREE = LDAP_SCOPE_SUBTREE;
static const int CLIBLDAP_ENTRY = LDAP_RES_SEARCH_ENTRY;
static const int CLIBLDAP_REFERENCE = LDAP_RES_SEARCH_REFERENCE;
static const int CLIBLDAP_INTERMEDIATE = LDAP_RES_INTERMEDIATE;

/* Its value is the address of a byte in the library. */
static inline int clibldap_follow_no_referrals(LDAP *ld) {
    return ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
}
