/* A library, but no plugin. */
int fastdistill_something_else(void);
int fastdistill_something_else(void) { return 1; }
