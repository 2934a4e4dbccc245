#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

/* The label is freed by the context, with the allocator that OPENSSL_malloc, a macro, stands for. */
static inline void *clibcrypto_allocate(size_t count) { return OPENSSL_malloc(count); }
static inline void clibcrypto_free(void *memory) { OPENSSL_free(memory); }

/* The builder keeps the pointer to the name, so it must be a C constant. */
static inline int clibcrypto_push_modulus(OSSL_PARAM_BLD *builder, const BIGNUM *number) {
    return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, number);
}
static inline int clibcrypto_push_exponent(OSSL_PARAM_BLD *builder, const BIGNUM *number) {
    return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, number);
}
static inline int clibcrypto_push_private_exponent(OSSL_PARAM_BLD *builder, const BIGNUM *number) {
    return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, number);
}

/* Macros over macros, which Swift can't import. */
static const int CLIBCRYPTO_PUBLIC_KEY = EVP_PKEY_PUBLIC_KEY;
static const int CLIBCRYPTO_KEY_PAIR = EVP_PKEY_KEYPAIR;
