/* SHA-256 of libcrypto's archive, of which a program gets these functions and no more.
 *
 * The interface that OpenSSL 3 prefers (EVP) needs the shared library, whose loading and set-up cost a process 5 ms, and
 * memory for each hash. It calls these functions in the end, and they are there as long as OpenSSL is 3. */
#ifndef FASTDISTILL_CCRYPTO_SHA256_H
#define FASTDISTILL_CCRYPTO_SHA256_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#endif
