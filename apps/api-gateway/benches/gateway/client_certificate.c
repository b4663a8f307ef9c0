/* Gives wrk a client certificate, which it has no option for: loaded before
 * it (LD_PRELOAD), this puts the certificate of BENCH_CERTIFICATE and the key
 * of BENCH_KEY into the TLS context of the first connection.
 * Built by the benchmark: cc -shared -fPIC -O2 -o SHIM client_certificate.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

enum { PEM = 1 };

static void *symbol(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        void *library = dlopen("libssl.so.3", RTLD_NOW);
        found = library == NULL ? NULL : dlsym(library, name);
    }
    if (found == NULL) {
        fprintf(stderr, "client_certificate: no %s in this program\n", name);
        exit(70);
    }
    return found;
}

static void equip(void *context) {
    int (*use_chain)(void *, const char *) = symbol("SSL_CTX_use_certificate_chain_file");
    int (*use_key)(void *, const char *, int) = symbol("SSL_CTX_use_PrivateKey_file");
    const char *certificate = getenv("BENCH_CERTIFICATE");
    const char *key = getenv("BENCH_KEY");
    if (certificate == NULL || key == NULL || use_chain(context, certificate) != 1 || use_key(context, key, PEM) != 1) {
        fprintf(stderr, "client_certificate: BENCH_CERTIFICATE or BENCH_KEY cannot be read\n");
        exit(70);
    }
}

/* Every connection is made from a context; wrk has one. */
void *SSL_new(void *context) {
    static void *(*original)(void *);
    static void *equipped;
    if (original == NULL) {
        original = symbol("SSL_new");
    }
    if (equipped != context) {
        equip(context);
        equipped = context;
    }
    return original(context);
}
