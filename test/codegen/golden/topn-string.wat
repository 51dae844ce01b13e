(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (param i32 i32)))
  (type (;3;) (func (param i32 i32 i64 i32) (result i32)))
  (type (;4;) (func (param i32 i32 i32) (result i32)))
  (type (;5;) (func (param i32)))
  (type (;6;) (func (param i32 i32) (result i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "runtime" "topn_look" (func (;0;) (type 0)))
  (import "runtime" "arena_more" (func (;1;) (type 2)))
  (import "runtime" "key_bytes" (func (;2;) (type 3)))
  (import "runtime" "sink_chunk" (func (;3;) (type 2)))
  (import "runtime" "topn_compact" (func (;4;) (type 0)))
  (import "runtime" "topn_finish" (func (;5;) (type 0)))
  (import "env" "reserve" (func (;6;) (type 6)))
  (func (;7;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32)
    (block  ;; label = @1
      (br_if 0 (;@1;)
        (i32.ge_u
          (local.tee 3
            (local.get 1))
          (local.get 2)))
      (local.set 6
        (call 10
          (local.get 0)
          (local.get 3)
          (select
            (i32.add
              (local.get 3)
              (i32.const 1024))
            (local.get 2)
            (i32.lt_u
              (i32.add
                (local.get 3)
                (i32.const 1024))
              (local.get 2)))))
      (loop  ;; label = @2
        (local.set 4
          (local.get 3))
        (local.set 5
          (local.get 6))
        (loop  ;; label = @3
          (if  ;; label = @4
            (i32.lt_u
              (local.tee 3
                (select
                  (i32.add
                    (local.get 3)
                    (i32.const 1024))
                  (local.get 2)
                  (i32.lt_u
                    (i32.add
                      (local.get 3)
                      (i32.const 1024))
                    (local.get 2))))
              (local.get 2))
            (then
              (br_if 1 (;@3;)
                (i32.eq
                  (local.tee 6
                    (call 10
                      (local.get 0)
                      (local.get 3)
                      (select
                        (i32.add
                          (local.get 3)
                          (i32.const 1024))
                        (local.get 2)
                        (i32.lt_u
                          (i32.add
                            (local.get 3)
                            (i32.const 1024))
                          (local.get 2)))))
                  (local.get 5))))))
        (if  ;; label = @3
          (local.get 5)
          (then
            (call 9
              (local.get 0)
              (local.get 4)
              (local.get 3)
              (local.get 1)))
          (else
            (call 8
              (local.get 0)
              (local.get 4)
              (local.get 3)
              (local.get 1))))
        (br_if 0 (;@2;)
          (i32.lt_u
            (local.get 3)
            (local.get 2))))))
  (func (;8;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i32 i64 i64 i32 i32 i32 v128 i64 i64)
    (local.set 5
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=4 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.load offset=8 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 9
      (i32.load offset=32 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 10
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (i32.store offset=20 align=1
      (local.get 10)
      (i32.const 48))
    (call 0
      (local.get 0)
      (local.get 10)
      (i32.add
        (i32.load offset=28 align=1
          (local.get 0))
        (i32.const 64)))
    (local.set 11
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 11)
            (local.get 2)))
        (local.set 12
          (select
            (local.tee 12
              (i32.add
                (local.get 11)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 12)
              (local.get 2))))
        (local.set 4
          (local.get 11))
        (loop  ;; label = @3
          (local.set 14
            (i32.load align=1
              (local.tee 13
                (i32.add
                  (local.get 7)
                  (i32.shl
                    (local.get 4)
                    (i32.const 2))))))
          (i64.or
            (i64.extend_i32_u
              (i32.add
                (local.get 5)
                (local.get 14)))
            (i64.shl
              (i64.extend_i32_u
                (i32.sub
                  (i32.load offset=4 align=1
                    (local.get 13))
                  (local.get 14)))
              (i64.const 32)))
          (local.set 14
            (i32.and
              (i32.shr_u
                (i32.load8_u
                  (i32.add
                    (local.get 6)
                    (i32.shr_u
                      (local.get 4)
                      (i32.const 3))))
                (i32.and
                  (local.get 4)
                  (i32.const 7)))
              (i32.const 1)))
          (local.set 15)
          (block  ;; label = @4
            (local.get 15)
            (local.set 13
              (local.get 14))
            (local.set 16)
            (local.set 17
              (i32.load16_s align=1
                (i32.add
                  (local.get 8)
                  (i32.shl
                    (local.get 4)
                    (i32.const 1)))))
            (local.set 22
              (i32.const 20))
            (local.set 22
              (i32.add
                (i32.add
                  (local.get 22)
                  (i32.wrap_i64
                    (i64.shr_u
                      (local.get 16)
                      (i64.const 31))))
                (i32.const 2)))
            (if  ;; label = @5
              (i32.gt_u
                (i32.add
                  (local.tee 20
                    (i32.load offset=8 align=1
                      (local.get 0)))
                  (local.get 22))
                (i32.load offset=12 align=1
                  (local.get 0)))
              (then
                (call 1
                  (local.get 0)
                  (local.get 22))
                (local.set 20
                  (i32.load offset=8 align=1
                    (local.get 0)))))
            (i64.store align=1
              (local.get 20)
              (i64.const 0))
            (local.set 21
              (local.get 20))
            (i32.store8
              (local.get 21)
              (i32.eqz
                (local.get 13)))
            (local.set 21
              (i32.add
                (local.get 21)
                (i32.const 1)))
            (if  ;; label = @5
              (local.get 13)
              (then
                (local.set 21
                  (call 2
                    (local.get 0)
                    (local.get 21)
                    (local.get 16)
                    (i32.const 0)))))
            (i64.store align=1
              (local.get 21)
              (i64x2.extract_lane 0
                (i8x16.shuffle 7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0
                  (local.tee 23
                    (i64x2.splat
                      (i64.shl
                        (i64.xor
                          (i64.sub
                            (i64.extend_i32_s
                              (local.get 17))
                            (i64.const -1116))
                          (i64.const 65535))
                        (i64.const 48))))
                  (local.get 23))))
            (local.set 21
              (i32.add
                (local.get 21)
                (i32.const 2)))
            (i64.store align=1
              (local.get 21)
              (i64.const 0))
            (i32.store offset=8 align=1
              (local.get 0)
              (local.get 21))
            (local.set 18
              (i64x2.extract_lane 0
                (i8x16.shuffle 7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0
                  (local.tee 23
                    (i64x2.splat
                      (i64.load align=1
                        (local.get 20))))
                  (local.get 23))))
            (local.set 19
              (i64.or
                (i64.shl
                  (i64.extend_i32_u
                    (i32.sub
                      (local.get 21)
                      (local.get 20)))
                  (i64.const 32))
                (i64.extend_i32_u
                  (local.get 20))))
            (if  ;; label = @5
              (i64.gt_u
                (local.get 18)
                (i64.load offset=40 align=1
                  (local.get 10)))
              (then
                (i32.store offset=8 align=1
                  (local.get 0)
                  (select
                    (i32.wrap_i64
                      (local.get 19))
                    (i32.load offset=8 align=1
                      (local.get 0))
                    (i32.eqz
                      (i64.eqz
                        (local.get 19)))))
                (br 1 (;@4;))))
            (if  ;; label = @5
              (i32.gt_u
                (i32.add
                  (local.tee 22
                    (i32.load align=1
                      (local.get 10)))
                  (i32.const 48))
                (i32.load offset=4 align=1
                  (local.get 10)))
              (then
                (call 3
                  (local.get 0)
                  (local.get 10))
                (local.set 22
                  (i32.load align=1
                    (local.get 10)))))
            (i32.store align=1
              (local.get 10)
              (i32.add
                (local.get 22)
                (i32.const 48)))
            (i32.store offset=8 align=1
              (local.get 10)
              (i32.add
                (i32.load offset=8 align=1
                  (local.get 10))
                (i32.const 1)))
            (i64.store align=1
              (local.get 22)
              (local.get 18))
            (i64.store offset=8 align=1
              (local.get 22)
              (local.get 19))
            (i32.store offset=16 align=1
              (local.get 22)
              (i32.add
                (i32.load offset=20 align=1
                  (local.get 0))
                (local.get 4)))
            (i32.store offset=20 align=1
              (local.get 22)
              (i32.const 0))
            (local.get 15)
            (local.set 21
              (local.get 14))
            (local.set 24)
            (local.set 20
              (i32.load16_s align=1
                (i32.add
                  (local.get 8)
                  (i32.shl
                    (local.get 4)
                    (i32.const 1)))))
            (local.set 25
              (i64.load align=1
                (i32.add
                  (local.get 9)
                  (i32.shl
                    (local.get 4)
                    (i32.const 3)))))
            (i64.store offset=24 align=1
              (local.get 22)
              (local.get 24))
            (i32.store8 offset=44
              (local.get 22)
              (local.get 21))
            (i32.store offset=40 align=1
              (local.get 22)
              (local.get 20))
            (i64.store offset=32 align=1
              (local.get 22)
              (local.get 25))
            (if  ;; label = @5
              (i32.ge_u
                (i32.load offset=8 align=1
                  (local.get 10))
                (i32.const 4096))
              (then
                (if  ;; label = @6
                  (i32.ge_u
                    (i32.load offset=8 align=1
                      (local.get 10))
                    (i32.shl
                      (i32.load offset=36 align=1
                        (local.get 10))
                      (i32.const 2)))
                  (then
                    (call 4
                      (local.get 0)
                      (local.get 10)
                      (i32.add
                        (i32.load offset=28 align=1
                          (local.get 0))
                        (i32.const 64))))))))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 12))))
        (local.set 11
          (local.get 12))
        (br 0 (;@2;)))))
  (func (;9;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i32 i64 i64 i32 i32 i32 v128 i64 i64)
    (local.set 5
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=8 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.load offset=32 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 9
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (i32.store offset=20 align=1
      (local.get 9)
      (i32.const 48))
    (call 0
      (local.get 0)
      (local.get 9)
      (i32.add
        (i32.load offset=28 align=1
          (local.get 0))
        (i32.const 64)))
    (local.set 10
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 10)
            (local.get 2)))
        (local.set 11
          (select
            (local.tee 11
              (i32.add
                (local.get 10)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 11)
              (local.get 2))))
        (local.set 4
          (local.get 10))
        (loop  ;; label = @3
          (local.set 13
            (i32.load align=1
              (local.tee 12
                (i32.add
                  (local.get 6)
                  (i32.shl
                    (local.get 4)
                    (i32.const 2))))))
          (i64.or
            (i64.extend_i32_u
              (i32.add
                (local.get 5)
                (local.get 13)))
            (i64.shl
              (i64.extend_i32_u
                (i32.sub
                  (i32.load offset=4 align=1
                    (local.get 12))
                  (local.get 13)))
              (i64.const 32)))
          (local.set 13
            (i32.const 1))
          (local.set 14)
          (block  ;; label = @4
            (local.get 14)
            (local.set 12
              (local.get 13))
            (local.set 15)
            (local.set 16
              (i32.load16_s align=1
                (i32.add
                  (local.get 7)
                  (i32.shl
                    (local.get 4)
                    (i32.const 1)))))
            (local.set 21
              (i32.const 20))
            (local.set 21
              (i32.add
                (i32.add
                  (local.get 21)
                  (i32.wrap_i64
                    (i64.shr_u
                      (local.get 15)
                      (i64.const 31))))
                (i32.const 2)))
            (if  ;; label = @5
              (i32.gt_u
                (i32.add
                  (local.tee 19
                    (i32.load offset=8 align=1
                      (local.get 0)))
                  (local.get 21))
                (i32.load offset=12 align=1
                  (local.get 0)))
              (then
                (call 1
                  (local.get 0)
                  (local.get 21))
                (local.set 19
                  (i32.load offset=8 align=1
                    (local.get 0)))))
            (i64.store align=1
              (local.get 19)
              (i64.const 0))
            (local.set 20
              (local.get 19))
            (i32.store8
              (local.get 20)
              (i32.eqz
                (local.get 12)))
            (local.set 20
              (i32.add
                (local.get 20)
                (i32.const 1)))
            (if  ;; label = @5
              (local.get 12)
              (then
                (local.set 20
                  (call 2
                    (local.get 0)
                    (local.get 20)
                    (local.get 15)
                    (i32.const 0)))))
            (i64.store align=1
              (local.get 20)
              (i64x2.extract_lane 0
                (i8x16.shuffle 7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0
                  (local.tee 22
                    (i64x2.splat
                      (i64.shl
                        (i64.xor
                          (i64.sub
                            (i64.extend_i32_s
                              (local.get 16))
                            (i64.const -1116))
                          (i64.const 65535))
                        (i64.const 48))))
                  (local.get 22))))
            (local.set 20
              (i32.add
                (local.get 20)
                (i32.const 2)))
            (i64.store align=1
              (local.get 20)
              (i64.const 0))
            (i32.store offset=8 align=1
              (local.get 0)
              (local.get 20))
            (local.set 17
              (i64x2.extract_lane 0
                (i8x16.shuffle 7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0
                  (local.tee 22
                    (i64x2.splat
                      (i64.load align=1
                        (local.get 19))))
                  (local.get 22))))
            (local.set 18
              (i64.or
                (i64.shl
                  (i64.extend_i32_u
                    (i32.sub
                      (local.get 20)
                      (local.get 19)))
                  (i64.const 32))
                (i64.extend_i32_u
                  (local.get 19))))
            (if  ;; label = @5
              (i64.gt_u
                (local.get 17)
                (i64.load offset=40 align=1
                  (local.get 9)))
              (then
                (i32.store offset=8 align=1
                  (local.get 0)
                  (select
                    (i32.wrap_i64
                      (local.get 18))
                    (i32.load offset=8 align=1
                      (local.get 0))
                    (i32.eqz
                      (i64.eqz
                        (local.get 18)))))
                (br 1 (;@4;))))
            (if  ;; label = @5
              (i32.gt_u
                (i32.add
                  (local.tee 21
                    (i32.load align=1
                      (local.get 9)))
                  (i32.const 48))
                (i32.load offset=4 align=1
                  (local.get 9)))
              (then
                (call 3
                  (local.get 0)
                  (local.get 9))
                (local.set 21
                  (i32.load align=1
                    (local.get 9)))))
            (i32.store align=1
              (local.get 9)
              (i32.add
                (local.get 21)
                (i32.const 48)))
            (i32.store offset=8 align=1
              (local.get 9)
              (i32.add
                (i32.load offset=8 align=1
                  (local.get 9))
                (i32.const 1)))
            (i64.store align=1
              (local.get 21)
              (local.get 17))
            (i64.store offset=8 align=1
              (local.get 21)
              (local.get 18))
            (i32.store offset=16 align=1
              (local.get 21)
              (i32.add
                (i32.load offset=20 align=1
                  (local.get 0))
                (local.get 4)))
            (i32.store offset=20 align=1
              (local.get 21)
              (i32.const 0))
            (local.get 14)
            (local.set 20
              (local.get 13))
            (local.set 23)
            (local.set 19
              (i32.load16_s align=1
                (i32.add
                  (local.get 7)
                  (i32.shl
                    (local.get 4)
                    (i32.const 1)))))
            (local.set 24
              (i64.load align=1
                (i32.add
                  (local.get 8)
                  (i32.shl
                    (local.get 4)
                    (i32.const 3)))))
            (i64.store offset=24 align=1
              (local.get 21)
              (local.get 23))
            (i32.store8 offset=44
              (local.get 21)
              (local.get 20))
            (i32.store offset=40 align=1
              (local.get 21)
              (local.get 19))
            (i64.store offset=32 align=1
              (local.get 21)
              (local.get 24))
            (if  ;; label = @5
              (i32.ge_u
                (i32.load offset=8 align=1
                  (local.get 9))
                (i32.const 4096))
              (then
                (if  ;; label = @6
                  (i32.ge_u
                    (i32.load offset=8 align=1
                      (local.get 9))
                    (i32.shl
                      (i32.load offset=36 align=1
                        (local.get 9))
                      (i32.const 2)))
                  (then
                    (call 4
                      (local.get 0)
                      (local.get 9)
                      (i32.add
                        (i32.load offset=28 align=1
                          (local.get 0))
                        (i32.const 64))))))))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 11))))
        (local.set 10
          (local.get 11))
        (br 0 (;@2;)))))
  (func (;10;) (type 4) (param i32 i32 i32) (result i32)
    (local i32 i32)
    (local.set 3
      (i32.load offset=16 align=1
        (local.get 0)))
    (block  ;; label = @1
      (br_if 0 (;@1;)
        (i32.eqz
          (call 11
            (i32.load offset=4 align=1
              (local.get 3))
            (local.get 1)
            (local.get 2))))
      (local.set 4
        (i32.const 1)))
    (local.get 4))
  (func (;11;) (type 4) (param i32 i32 i32) (result i32)
    (local i32 i32 i32 i32 i32)
    (block  ;; label = @1
      (local.set 3
        (i32.add
          (local.get 0)
          (i32.shr_u
            (local.get 1)
            (i32.const 3))))
      (local.set 4
        (i32.add
          (local.get 0)
          (i32.shr_u
            (local.get 2)
            (i32.const 3))))
      (local.set 5
        (i32.and
          (i32.shl
            (i32.const 255)
            (i32.and
              (local.get 1)
              (i32.const 7)))
          (i32.const 255)))
      (local.set 6
        (i32.sub
          (i32.shl
            (i32.const 1)
            (i32.and
              (local.get 2)
              (i32.const 7)))
          (i32.const 1)))
      (if  ;; label = @2
        (i32.eq
          (local.get 3)
          (local.get 4))
        (then
          (br_if 1 (;@1;)
            (i32.and
              (i32.and
                (local.get 5)
                (local.get 6))
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 7
            (i32.const 1))
          (br 1 (;@1;))))
      (if  ;; label = @2
        (i32.ne
          (local.get 5)
          (i32.const 255))
        (then
          (br_if 1 (;@1;)
            (i32.and
              (local.get 5)
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 1)))))
      (if  ;; label = @2
        (local.get 6)
        (then
          (br_if 1 (;@1;)
            (i32.and
              (local.get 6)
              (i32.xor
                (i32.load8_u
                  (local.get 4))
                (i32.const -1))))))
      (block  ;; label = @2
        (loop  ;; label = @3
          (br_if 1 (;@2;)
            (i32.lt_u
              (i32.sub
                (local.get 4)
                (local.get 3))
              (i32.const 16)))
          (br_if 2 (;@1;)
            (v128.any_true
              (v128.not
                (v128.load align=1
                  (local.get 3)))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 16)))
          (br 0 (;@3;))))
      (block  ;; label = @2
        (loop  ;; label = @3
          (br_if 1 (;@2;)
            (i32.ge_u
              (local.get 3)
              (local.get 4)))
          (br_if 2 (;@1;)
            (i32.and
              (i32.const 255)
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 1)))
          (br 0 (;@3;))))
      (local.set 7
        (i32.const 1)))
    (local.get 7))
  (func (;12;) (export "f0") (type 5) (param i32)
    (call 5
      (local.get 0)
      (i32.const 64)
      (i32.add
        (i32.load offset=28 align=1
          (local.get 0))
        (i32.const 64))))
  (func (;13;) (export "p1") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i64 i32)
    (local.set 5
      (i32.add
        (local.get 0)
        (i32.const 160)))
    (local.set 8
      (i32.load offset=8 align=1
        (local.get 5)))
    (local.set 7
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 6
        (i32.load offset=16 align=1
          (local.get 5)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 6))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 1)))
          (then
            (local.set 7
              (i32.load offset=4 align=1
                (local.get 6)))))))
    (local.set 9
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 9)
            (local.get 2)))
        (local.set 10
          (select
            (local.tee 10
              (i32.add
                (local.get 9)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 10)
              (local.get 2))))
        (local.set 3
          (local.get 9))
        (loop  ;; label = @3
          (local.set 4
            (i32.load align=1
              (i32.add
                (i32.load offset=16 align=1
                  (local.get 0))
                (i32.shl
                  (local.get 3)
                  (i32.const 2)))))
          (if  ;; label = @4
            (i32.eq
              (local.get 7)
              (i32.const 2048))
            (then
              (if  ;; label = @5
                (i32.eqz
                  (local.tee 6
                    (call 6
                      (local.get 0)
                      (i32.const 41232))))
                (then
                  (i32.store align=1
                    (local.get 0)
                    (i32.const 5))
                  (i32.store offset=4 align=1
                    (local.get 0)
                    (i32.const 0))
                  (unreachable)))
              (memory.fill
                (local.get 6)
                (i32.const 0)
                (i32.const 16))
              (memory.fill
                (i32.add
                  (local.get 6)
                  (i32.const 16400))
                (i32.const 0)
                (i32.const 256))
              (i32.store offset=8 align=1
                (local.get 6)
                (i32.add
                  (i32.load offset=20 align=1
                    (local.get 0))
                  (local.get 1)))
              (if  ;; label = @5
                (i32.load offset=12 align=1
                  (local.get 5))
                (then
                  (i32.store align=1
                    (i32.load offset=16 align=1
                      (local.get 5))
                    (local.get 6)))
                (else
                  (i32.store offset=12 align=1
                    (local.get 5)
                    (local.get 6))))
              (i32.store offset=16 align=1
                (local.get 5)
                (local.get 6))
              (local.set 7
                (i32.const 0))))
          (i64.load offset=24 align=1
            (local.get 4))
          (local.set 12
            (i32.load8_u offset=44
              (local.get 4)))
          (local.set 11)
          (local.set 13
            (i32.load offset=40 align=1
              (local.get 4)))
          (local.set 14
            (i64.load offset=32 align=1
              (local.get 4)))
          (i64.store offset=16 align=1
            (i32.add
              (local.get 6)
              (i32.mul
                (local.get 7)
                (i32.const 8)))
            (local.get 11))
          (i32.store8 offset=16400
            (local.tee 15
              (i32.add
                (local.get 6)
                (i32.shr_u
                  (local.get 7)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=16400
                (local.get 15))
              (i32.shl
                (local.get 12)
                (i32.and
                  (local.get 7)
                  (i32.const 7)))))
          (i32.store offset=16656 align=1
            (i32.add
              (local.get 6)
              (i32.mul
                (local.get 7)
                (i32.const 4)))
            (local.get 13))
          (i64.store offset=24848 align=1
            (i32.add
              (local.get 6)
              (i32.mul
                (local.get 7)
                (i32.const 8)))
            (local.get 14))
          (local.set 7
            (i32.add
              (local.get 7)
              (i32.const 1)))
          (i32.store offset=4 align=1
            (local.get 6)
            (local.get 7))
          (i32.store offset=8 align=1
            (local.get 5)
            (i32.add
              (i32.load offset=8 align=1
                (local.get 5))
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 3
                (i32.add
                  (local.get 3)
                  (i32.const 1)))
              (local.get 10))))
        (local.set 9
          (local.get 10))
        (br 0 (;@2;))))))
