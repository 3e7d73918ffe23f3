/* SHA256_Init, _Update and _Final out of libcrypto's archive, of which a program gets what these need and no more
 * (Docs/decisions/0010-sha256-archive.md). Not SHA256, which goes by way of EVP and brings all of libcrypto with it. */
#ifndef FASTDISTILL_CCRYPTO_SHA256_H
#define FASTDISTILL_CCRYPTO_SHA256_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#endif
