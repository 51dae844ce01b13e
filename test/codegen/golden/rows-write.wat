(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (param i32 i32 i32 i32 i32) (result i32)))
  (type (;3;) (func (param i32 i32 i64 i64) (result i32)))
  (type (;4;) (func (param i32 i32 i32) (result i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "runtime" "rows_chunk" (func (;0;) (type 2)))
  (import "runtime" "rows_move" (func (;1;) (type 2)))
  (import "runtime" "row_bytes" (func (;2;) (type 1)))
  (import "runtime" "row_decimal" (func (;3;) (type 3)))
  (func (;4;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32)
    (block  ;; label = @1
      (local.set 5
        (i32.load offset=12 align=1
          (i32.load offset=16 align=1
            (local.get 0))))
      (local.set 3
        (local.get 1))
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 3)
            (local.get 2)))
        (local.set 4
          (select
            (local.tee 4
              (i32.add
                (local.get 3)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 4)
              (local.get 2))))
        (if  ;; label = @3
          (local.get 5)
          (then
            (call 7
              (local.get 0)
              (local.get 3)
              (local.get 4))))
        (if  ;; label = @3
          (call 8
            (local.get 0)
            (local.get 3)
            (local.get 4))
          (then
            (call 5
              (local.get 0)
              (local.get 3)
              (local.get 4)
              (local.get 1)))
          (else
            (call 6
              (local.get 0)
              (local.get 3)
              (local.get 4)
              (local.get 1))))
        (local.set 3
          (local.get 4))
        (br 0 (;@2;)))))
  (func (;5;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i64 v128 i64 i64)
    (local.set 5
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=4 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (i32.store offset=20 align=1
      (local.get 8)
      (i32.const 8224))
    (i32.store offset=32 align=1
      (local.get 8)
      (i32.const 131072))
    (local.set 15
      (local.tee 16
        (i32.load offset=8 align=1
          (local.get 8))))
    (local.set 10
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 9
        (i32.load offset=16 align=1
          (local.get 8)))
      (then
        (if  ;; label = @2
          (i32.and
            (i32.eq
              (i32.load offset=8 align=1
                (local.get 9))
              (i32.add
                (i32.load offset=20 align=1
                  (local.get 0))
                (local.get 3)))
            (i32.eq
              (i32.load offset=12 align=1
                (local.get 9))
              (i32.const 0)))
          (then
            (local.set 10
              (i32.load offset=4 align=1
                (local.get 9)))
            (local.set 11
              (i32.add
                (i32.add
                  (local.get 9)
                  (i32.const 8224))
                (i32.load offset=16 align=1
                  (local.get 9))))
            (local.set 12
              (i32.load offset=4 align=1
                (local.get 8))))
          (else
            (local.set 9
              (i32.const 0))))))
    (local.set 17
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 17)
            (local.get 2)))
        (local.set 18
          (select
            (local.tee 18
              (i32.add
                (local.get 17)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 18)
              (local.get 2))))
        (local.set 4
          (local.get 17))
        (loop  ;; label = @3
          (local.set 7
            (i32.add
              (local.get 5)
              (i32.load align=1
                (i32.add
                  (local.get 6)
                  (i32.shl
                    (local.get 4)
                    (i32.const 2))))))
          (if  ;; label = @4
            (i32.or
              (i32.eq
                (local.get 10)
                (i32.const 2048))
              (i32.lt_u
                (i32.sub
                  (local.get 12)
                  (local.get 11))
                (i32.const 48)))
            (then
              (local.set 13
                (call 0
                  (local.get 0)
                  (local.get 8)
                  (i32.const 48)
                  (i32.add
                    (i32.load offset=20 align=1
                      (local.get 0))
                    (local.get 3))
                  (i32.const 0)))
              (if  ;; label = @5
                (local.get 9)
                (then
                  (i32.store offset=4 align=1
                    (local.get 9)
                    (local.get 10))
                  (i32.store offset=16 align=1
                    (local.get 9)
                    (i32.sub
                      (local.get 11)
                      (i32.add
                        (local.get 9)
                        (i32.const 8224))))))
              (local.set 9
                (i32.load offset=16 align=1
                  (local.get 8)))
              (local.set 12
                (i32.load offset=4 align=1
                  (local.get 8)))
              (local.set 11
                (local.get 13))
              (local.set 10
                (i32.const 0))))
          (local.set 14
            (i32.add
              (local.tee 13
                (local.get 11))
              (i32.const 32)))
          (local.set 19
            (i64.or
              (i64.shl
                (i64.extend_i32_u
                  (i32.load offset=8 align=1
                    (local.get 7)))
                (i64.const 32))
              (i64.extend_i32_u
                (i32.add
                  (local.get 7)
                  (i32.load offset=12 align=1
                    (local.get 7))))))
          (if  ;; label = @4
            (local.tee 20
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 19)
                  (i64.const 32))))
            (then
              (local.set 21
                (i32.and
                  (i32.add
                    (local.get 20)
                    (i32.const 7))
                  (i32.const -8)))
              (if  ;; label = @5
                (i32.lt_u
                  (i32.sub
                    (local.get 12)
                    (local.get 14))
                  (local.get 21))
                (then
                  (local.set 14
                    (i32.add
                      (i32.sub
                        (local.get 14)
                        (local.get 13))
                      (local.tee 13
                        (call 1
                          (local.get 0)
                          (local.get 8)
                          (local.get 13)
                          (local.get 14)
                          (local.get 21)))))
                  (if  ;; label = @6
                    (local.get 9)
                    (then
                      (i32.store offset=4 align=1
                        (local.get 9)
                        (local.get 10))
                      (i32.store offset=16 align=1
                        (local.get 9)
                        (i32.sub
                          (local.get 11)
                          (i32.add
                            (local.get 9)
                            (i32.const 8224))))))
                  (local.set 9
                    (i32.load offset=16 align=1
                      (local.get 8)))
                  (local.set 12
                    (i32.load offset=4 align=1
                      (local.get 8)))
                  (local.set 11
                    (local.get 13))
                  (local.set 10
                    (i32.const 0))))
              (call 2
                (local.get 0)
                (local.get 14)
                (i32.wrap_i64
                  (local.get 19))
                (local.get 20))
              (i64.store offset=8 align=1
                (local.get 13)
                (i64.or
                  (i64.shl
                    (i64.extend_i32_u
                      (i32.sub
                        (local.get 14)
                        (local.get 13)))
                    (i64.const 32))
                  (i64.extend_i32_u
                    (local.get 20))))
              (local.set 14
                (i32.add
                  (local.get 14)
                  (local.get 21))))
            (else
              (i64.store offset=8 align=1
                (local.get 13)
                (i64.or
                  (i64.shl
                    (i64.extend_i32_u
                      (i32.sub
                        (local.get 14)
                        (local.get 13)))
                    (i64.const 32))
                  (i64.extend_i32_u
                    (local.get 20))))))
          (i64.load offset=16 align=1
            (local.get 7))
          (local.set 21
            (i32.eqz
              (i32.and
                (i32.load8_u
                  (local.get 7))
                (i32.const 2))))
          (local.set 19)
          (local.set 22
            (i64.shl
              (i64.extend_i32_u
                (i32.eqz
                  (local.get 21)))
              (i64.const 1)))
          (i64.store offset=16 align=1
            (local.get 13)
            (select
              (local.get 19)
              (i64.const 0)
              (local.get 21)))
          (local.set 24
            (i64x2.extract_lane 0
              (local.tee 23
                (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0
                  (local.tee 23
                    (v128.load align=1
                      (i32.add
                        (local.get 7)
                        (i32.load offset=28 align=1
                          (local.get 7)))))
                  (local.get 23)))))
          (local.set 25
            (i64x2.extract_lane 1
              (local.get 23)))
          (local.set 19
            (i64.sub
              (i64.const 128)
              (i64.shl
                (i64.extend_i32_u
                  (i32.load offset=24 align=1
                    (local.get 7)))
                (i64.const 3))))
          (select
            (i64.shr_s
              (local.get 25)
              (local.get 19))
            (i64.or
              (i64.shr_u
                (local.get 24)
                (local.get 19))
              (i64.shl
                (i64.shl
                  (local.get 25)
                  (i64.const 1))
                (i64.sub
                  (i64.const 63)
                  (local.get 19))))
            (i64.gt_u
              (local.get 19)
              (i64.const 63)))
          (local.set 24
            (select
              (i64.shr_s
                (local.get 25)
                (i64.const 63))
              (i64.shr_s
                (local.get 25)
                (local.get 19))
              (i64.gt_u
                (local.get 19)
                (i64.const 63))))
          (local.set 25)
          (local.set 21
            (i32.const 16))
          (if  ;; label = @4
            (i32.lt_u
              (i32.sub
                (local.get 12)
                (local.get 14))
              (local.get 21))
            (then
              (local.set 14
                (i32.add
                  (i32.sub
                    (local.get 14)
                    (local.get 13))
                  (local.tee 13
                    (call 1
                      (local.get 0)
                      (local.get 8)
                      (local.get 13)
                      (local.get 14)
                      (local.get 21)))))
              (if  ;; label = @5
                (local.get 9)
                (then
                  (i32.store offset=4 align=1
                    (local.get 9)
                    (local.get 10))
                  (i32.store offset=16 align=1
                    (local.get 9)
                    (i32.sub
                      (local.get 11)
                      (i32.add
                        (local.get 9)
                        (i32.const 8224))))))
              (local.set 9
                (i32.load offset=16 align=1
                  (local.get 8)))
              (local.set 12
                (i32.load offset=4 align=1
                  (local.get 8)))
              (local.set 11
                (local.get 13))
              (local.set 10
                (i32.const 0))))
          (local.set 21
            (call 3
              (local.get 0)
              (local.get 14)
              (local.get 25)
              (local.get 24)))
          (i64.store offset=24 align=1
            (local.get 13)
            (i64.or
              (i64.shl
                (i64.extend_i32_u
                  (i32.sub
                    (local.get 14)
                    (local.get 13)))
                (i64.const 32))
              (i64.extend_i32_u
                (local.get 21))))
          (local.set 14
            (i32.add
              (local.get 14)
              (i32.const 16)))
          (i64.store align=1
            (local.get 13)
            (local.get 22))
          (i32.store offset=32 align=1
            (i32.add
              (local.get 9)
              (i32.shl
                (local.get 10)
                (i32.const 2)))
            (i32.sub
              (local.get 13)
              (i32.add
                (local.get 9)
                (i32.const 8224))))
          (local.set 11
            (local.get 14))
          (local.set 10
            (i32.add
              (local.get 10)
              (i32.const 1)))
          (local.set 16
            (i32.add
              (local.get 16)
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 18))))
        (local.set 17
          (local.get 18))
        (br 0 (;@2;))))
    (if  ;; label = @1
      (local.get 9)
      (then
        (i32.store offset=4 align=1
          (local.get 9)
          (local.get 10))
        (i32.store offset=16 align=1
          (local.get 9)
          (i32.sub
            (local.get 11)
            (i32.add
              (local.get 9)
              (i32.const 8224))))))
    (i32.store offset=8 align=1
      (local.get 8)
      (local.get 16)))
  (func (;6;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i64 v128 i64 i64)
    (local.set 5
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=4 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (i32.store offset=20 align=1
      (local.get 8)
      (i32.const 8224))
    (i32.store offset=32 align=1
      (local.get 8)
      (i32.const 131072))
    (local.set 15
      (local.tee 16
        (i32.load offset=8 align=1
          (local.get 8))))
    (local.set 10
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 9
        (i32.load offset=16 align=1
          (local.get 8)))
      (then
        (if  ;; label = @2
          (i32.and
            (i32.eq
              (i32.load offset=8 align=1
                (local.get 9))
              (i32.add
                (i32.load offset=20 align=1
                  (local.get 0))
                (local.get 3)))
            (i32.eq
              (i32.load offset=12 align=1
                (local.get 9))
              (i32.const 0)))
          (then
            (local.set 10
              (i32.load offset=4 align=1
                (local.get 9)))
            (local.set 11
              (i32.add
                (i32.add
                  (local.get 9)
                  (i32.const 8224))
                (i32.load offset=16 align=1
                  (local.get 9))))
            (local.set 12
              (i32.load offset=4 align=1
                (local.get 8))))
          (else
            (local.set 9
              (i32.const 0))))))
    (local.set 17
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 17)
            (local.get 2)))
        (local.set 18
          (select
            (local.tee 18
              (i32.add
                (local.get 17)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 18)
              (local.get 2))))
        (local.set 4
          (local.get 17))
        (loop  ;; label = @3
          (local.set 7
            (i32.add
              (local.get 5)
              (i32.load align=1
                (i32.add
                  (local.get 6)
                  (i32.shl
                    (local.get 4)
                    (i32.const 2))))))
          (if  ;; label = @4
            (i32.or
              (i32.eq
                (local.get 10)
                (i32.const 2048))
              (i32.lt_u
                (i32.sub
                  (local.get 12)
                  (local.get 11))
                (i32.const 48)))
            (then
              (local.set 13
                (call 0
                  (local.get 0)
                  (local.get 8)
                  (i32.const 48)
                  (i32.add
                    (i32.load offset=20 align=1
                      (local.get 0))
                    (local.get 3))
                  (i32.const 0)))
              (if  ;; label = @5
                (local.get 9)
                (then
                  (i32.store offset=4 align=1
                    (local.get 9)
                    (local.get 10))
                  (i32.store offset=16 align=1
                    (local.get 9)
                    (i32.sub
                      (local.get 11)
                      (i32.add
                        (local.get 9)
                        (i32.const 8224))))))
              (local.set 9
                (i32.load offset=16 align=1
                  (local.get 8)))
              (local.set 12
                (i32.load offset=4 align=1
                  (local.get 8)))
              (local.set 11
                (local.get 13))
              (local.set 10
                (i32.const 0))))
          (local.set 14
            (i32.add
              (local.tee 13
                (local.get 11))
              (i32.const 32)))
          (local.set 19
            (i64.or
              (i64.shl
                (i64.extend_i32_u
                  (i32.load offset=8 align=1
                    (local.get 7)))
                (i64.const 32))
              (i64.extend_i32_u
                (i32.add
                  (local.get 7)
                  (i32.load offset=12 align=1
                    (local.get 7))))))
          (if  ;; label = @4
            (local.tee 20
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 19)
                  (i64.const 32))))
            (then
              (local.set 21
                (i32.and
                  (i32.add
                    (local.get 20)
                    (i32.const 7))
                  (i32.const -8)))
              (if  ;; label = @5
                (i32.lt_u
                  (i32.sub
                    (local.get 12)
                    (local.get 14))
                  (local.get 21))
                (then
                  (local.set 14
                    (i32.add
                      (i32.sub
                        (local.get 14)
                        (local.get 13))
                      (local.tee 13
                        (call 1
                          (local.get 0)
                          (local.get 8)
                          (local.get 13)
                          (local.get 14)
                          (local.get 21)))))
                  (if  ;; label = @6
                    (local.get 9)
                    (then
                      (i32.store offset=4 align=1
                        (local.get 9)
                        (local.get 10))
                      (i32.store offset=16 align=1
                        (local.get 9)
                        (i32.sub
                          (local.get 11)
                          (i32.add
                            (local.get 9)
                            (i32.const 8224))))))
                  (local.set 9
                    (i32.load offset=16 align=1
                      (local.get 8)))
                  (local.set 12
                    (i32.load offset=4 align=1
                      (local.get 8)))
                  (local.set 11
                    (local.get 13))
                  (local.set 10
                    (i32.const 0))))
              (call 2
                (local.get 0)
                (local.get 14)
                (i32.wrap_i64
                  (local.get 19))
                (local.get 20))
              (i64.store offset=8 align=1
                (local.get 13)
                (i64.or
                  (i64.shl
                    (i64.extend_i32_u
                      (i32.sub
                        (local.get 14)
                        (local.get 13)))
                    (i64.const 32))
                  (i64.extend_i32_u
                    (local.get 20))))
              (local.set 14
                (i32.add
                  (local.get 14)
                  (local.get 21))))
            (else
              (i64.store offset=8 align=1
                (local.get 13)
                (i64.or
                  (i64.shl
                    (i64.extend_i32_u
                      (i32.sub
                        (local.get 14)
                        (local.get 13)))
                    (i64.const 32))
                  (i64.extend_i32_u
                    (local.get 20))))))
          (i64.load offset=16 align=1
            (local.get 7))
          (local.set 21
            (i32.const 1))
          (local.set 19)
          (local.set 22
            (i64.shl
              (i64.extend_i32_u
                (i32.eqz
                  (local.get 21)))
              (i64.const 1)))
          (i64.store offset=16 align=1
            (local.get 13)
            (select
              (local.get 19)
              (i64.const 0)
              (local.get 21)))
          (local.set 24
            (i64x2.extract_lane 0
              (local.tee 23
                (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0
                  (local.tee 23
                    (v128.load align=1
                      (i32.add
                        (local.get 7)
                        (i32.load offset=28 align=1
                          (local.get 7)))))
                  (local.get 23)))))
          (local.set 25
            (i64x2.extract_lane 1
              (local.get 23)))
          (local.set 19
            (i64.sub
              (i64.const 128)
              (i64.shl
                (i64.extend_i32_u
                  (i32.load offset=24 align=1
                    (local.get 7)))
                (i64.const 3))))
          (select
            (i64.shr_s
              (local.get 25)
              (local.get 19))
            (i64.or
              (i64.shr_u
                (local.get 24)
                (local.get 19))
              (i64.shl
                (i64.shl
                  (local.get 25)
                  (i64.const 1))
                (i64.sub
                  (i64.const 63)
                  (local.get 19))))
            (i64.gt_u
              (local.get 19)
              (i64.const 63)))
          (local.set 24
            (select
              (i64.shr_s
                (local.get 25)
                (i64.const 63))
              (i64.shr_s
                (local.get 25)
                (local.get 19))
              (i64.gt_u
                (local.get 19)
                (i64.const 63))))
          (local.set 25)
          (local.set 21
            (i32.const 16))
          (if  ;; label = @4
            (i32.lt_u
              (i32.sub
                (local.get 12)
                (local.get 14))
              (local.get 21))
            (then
              (local.set 14
                (i32.add
                  (i32.sub
                    (local.get 14)
                    (local.get 13))
                  (local.tee 13
                    (call 1
                      (local.get 0)
                      (local.get 8)
                      (local.get 13)
                      (local.get 14)
                      (local.get 21)))))
              (if  ;; label = @5
                (local.get 9)
                (then
                  (i32.store offset=4 align=1
                    (local.get 9)
                    (local.get 10))
                  (i32.store offset=16 align=1
                    (local.get 9)
                    (i32.sub
                      (local.get 11)
                      (i32.add
                        (local.get 9)
                        (i32.const 8224))))))
              (local.set 9
                (i32.load offset=16 align=1
                  (local.get 8)))
              (local.set 12
                (i32.load offset=4 align=1
                  (local.get 8)))
              (local.set 11
                (local.get 13))
              (local.set 10
                (i32.const 0))))
          (local.set 21
            (call 3
              (local.get 0)
              (local.get 14)
              (local.get 25)
              (local.get 24)))
          (i64.store offset=24 align=1
            (local.get 13)
            (i64.or
              (i64.shl
                (i64.extend_i32_u
                  (i32.sub
                    (local.get 14)
                    (local.get 13)))
                (i64.const 32))
              (i64.extend_i32_u
                (local.get 21))))
          (local.set 14
            (i32.add
              (local.get 14)
              (i32.const 16)))
          (i64.store align=1
            (local.get 13)
            (local.get 22))
          (i32.store offset=32 align=1
            (i32.add
              (local.get 9)
              (i32.shl
                (local.get 10)
                (i32.const 2)))
            (i32.sub
              (local.get 13)
              (i32.add
                (local.get 9)
                (i32.const 8224))))
          (local.set 11
            (local.get 14))
          (local.set 10
            (i32.add
              (local.get 10)
              (i32.const 1)))
          (local.set 16
            (i32.add
              (local.get 16)
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 18))))
        (local.set 17
          (local.get 18))
        (br 0 (;@2;))))
    (if  ;; label = @1
      (local.get 9)
      (then
        (i32.store offset=4 align=1
          (local.get 9)
          (local.get 10))
        (i32.store offset=16 align=1
          (local.get 9)
          (i32.sub
            (local.get 11)
            (i32.add
              (local.get 9)
              (i32.const 8224))))))
    (i32.store offset=8 align=1
      (local.get 8)
      (local.get 16)))
  (func (;7;) (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i64)
    (local.set 3
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 4
      (i32.load offset=4 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 5
      (local.get 1))
    (local.set 6
      (i32.add
        (local.get 3)
        (i32.load align=1
          (i32.add
            (local.get 4)
            (i32.shl
              (local.get 5)
              (i32.const 2))))))
    (local.set 5
      (i32.sub
        (local.get 2)
        (i32.const 1)))
    (local.set 7
      (i32.add
        (i32.add
          (local.get 3)
          (i32.load align=1
            (i32.add
              (local.get 4)
              (i32.shl
                (local.get 5)
                (i32.const 2)))))
        (i32.const 32)))
    (if  ;; label = @1
      (i32.le_u
        (i32.sub
          (local.get 7)
          (local.get 6))
        (i32.mul
          (i32.sub
            (local.get 2)
            (local.get 1))
          (i32.const 128)))
      (then
        (local.set 8
          (i32.and
            (i32.shr_u
              (i32.sub
                (local.get 7)
                (local.get 6))
              (i32.const 1))
            (i32.const -64)))
        (local.set 7
          (i32.add
            (local.get 6)
            (local.get 8)))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load align=1
              (local.get 7))))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load offset=64 align=1
              (local.get 7))))
        (block  ;; label = @2
          (loop  ;; label = @3
            (br_if 1 (;@2;)
              (i32.ge_u
                (local.get 6)
                (local.get 7)))
            (local.set 5
              (i32.add
                (local.get 6)
                (local.get 8)))
            (local.set 9
              (i64.or
                (local.get 9)
                (i64.load align=1
                  (local.get 6))))
            (local.set 9
              (i64.or
                (local.get 9)
                (i64.load align=1
                  (local.get 5))))
            (local.set 9
              (i64.or
                (local.get 9)
                (i64.load offset=64 align=1
                  (local.get 6))))
            (local.set 9
              (i64.or
                (local.get 9)
                (i64.load offset=64 align=1
                  (local.get 5))))
            (local.set 9
              (i64.or
                (local.get 9)
                (i64.load offset=128 align=1
                  (local.get 6))))
            (local.set 9
              (i64.or
                (local.get 9)
                (i64.load offset=128 align=1
                  (local.get 5))))
            (local.set 9
              (i64.or
                (local.get 9)
                (i64.load offset=192 align=1
                  (local.get 6))))
            (local.set 9
              (i64.or
                (local.get 9)
                (i64.load offset=192 align=1
                  (local.get 5))))
            (local.set 6
              (i32.add
                (local.get 6)
                (i32.const 256)))
            (br 0 (;@3;)))))
      (else
        (local.set 5
          (local.get 1))
        (loop  ;; label = @2
          (local.set 6
            (i32.add
              (local.get 3)
              (i32.load align=1
                (i32.add
                  (local.get 4)
                  (i32.shl
                    (local.get 5)
                    (i32.const 2))))))
          (local.set 9
            (i64.or
              (local.get 9)
              (i64.load align=1
                (local.get 6))))
          (local.set 9
            (i64.or
              (local.get 9)
              (i64.load offset=24 align=1
                (local.get 6))))
          (br_if 0 (;@2;)
            (i32.lt_u
              (local.tee 5
                (i32.add
                  (local.get 5)
                  (i32.const 1)))
              (local.get 2))))))
    (i64.store offset=32 align=1
      (local.get 0)
      (local.get 9)))
  (func (;8;) (type 4) (param i32 i32 i32) (result i32)
    (local i32 i32 i32 i32 i64)
    (local.set 3
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 4
      (i32.load offset=4 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 5
      (local.get 1))
    (loop  ;; label = @1
      (local.set 6
        (i32.add
          (local.get 3)
          (i32.load align=1
            (i32.add
              (local.get 4)
              (i32.shl
                (local.get 5)
                (i32.const 2))))))
      (local.set 7
        (i64.or
          (local.get 7)
          (i64.load align=1
            (local.get 6))))
      (br_if 0 (;@1;)
        (i32.lt_u
          (local.tee 5
            (i32.add
              (local.get 5)
              (i32.const 1)))
          (local.get 2))))
    (i64.ne
      (i64.or
        (i64.const 0)
        (i64.and
          (local.get 7)
          (i64.const 2)))
      (i64.const 0))))
