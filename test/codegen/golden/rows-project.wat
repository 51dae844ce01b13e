(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (param i32 i32) (result i32)))
  (type (;3;) (func (param i32 i32 i32) (result i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "env" "reserve" (func (;0;) (type 2)))
  (func (;1;) (export "p0") (type 0) (param i32 i32 i32)
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
            (call 4
              (local.get 0)
              (local.get 3)
              (local.get 4))))
        (if  ;; label = @3
          (call 5
            (local.get 0)
            (local.get 3)
            (local.get 4))
          (then
            (call 2
              (local.get 0)
              (local.get 3)
              (local.get 4)
              (local.get 1)))
          (else
            (call 3
              (local.get 0)
              (local.get 3)
              (local.get 4)
              (local.get 1))))
        (local.set 3
          (local.get 4))
        (br 0 (;@2;)))))
  (func (;2;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i32 v128 i64 i64 i64 i32)
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
    (local.set 11
      (i32.load offset=8 align=1
        (local.get 8)))
    (local.set 10
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 9
        (i32.load offset=16 align=1
          (local.get 8)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 9))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 3)))
          (then
            (local.set 10
              (i32.load offset=4 align=1
                (local.get 9)))))))
    (local.set 12
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 12)
            (local.get 2)))
        (local.set 13
          (select
            (local.tee 13
              (i32.add
                (local.get 12)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 13)
              (local.get 2))))
        (local.set 4
          (local.get 12))
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
            (i32.eq
              (local.get 10)
              (i32.const 2048))
            (then
              (if  ;; label = @5
                (i32.eqz
                  (local.tee 9
                    (call 0
                      (local.get 0)
                      (i32.const 65808))))
                (then
                  (i32.store align=1
                    (local.get 0)
                    (i32.const 5))
                  (i32.store offset=4 align=1
                    (local.get 0)
                    (i32.const 0))
                  (unreachable)))
              (memory.fill
                (local.get 9)
                (i32.const 0)
                (i32.const 16))
              (memory.fill
                (i32.add
                  (local.get 9)
                  (i32.const 32784))
                (i32.const 0)
                (i32.const 256))
              (i32.store offset=8 align=1
                (local.get 9)
                (i32.add
                  (i32.load offset=20 align=1
                    (local.get 0))
                  (local.get 3)))
              (if  ;; label = @5
                (i32.load offset=12 align=1
                  (local.get 8))
                (then
                  (i32.store align=1
                    (i32.load offset=16 align=1
                      (local.get 8))
                    (local.get 9)))
                (else
                  (i32.store offset=12 align=1
                    (local.get 8)
                    (local.get 9))))
              (i32.store offset=16 align=1
                (local.get 8)
                (local.get 9))
              (local.set 10
                (i32.const 0))))
          (local.set 14
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
          (i64.load offset=16 align=1
            (local.get 7))
          (local.set 16
            (i32.eqz
              (i32.and
                (i32.load8_u
                  (local.get 7))
                (i32.const 2))))
          (local.set 15)
          (local.set 19
            (i64x2.extract_lane 0
              (local.tee 17
                (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0
                  (local.tee 17
                    (v128.load align=1
                      (i32.add
                        (local.get 7)
                        (i32.load offset=28 align=1
                          (local.get 7)))))
                  (local.get 17)))))
          (local.set 20
            (i64x2.extract_lane 1
              (local.get 17)))
          (local.set 18
            (i64.sub
              (i64.const 128)
              (i64.shl
                (i64.extend_i32_u
                  (i32.load offset=24 align=1
                    (local.get 7)))
                (i64.const 3))))
          (select
            (i64.shr_s
              (local.get 20)
              (local.get 18))
            (i64.or
              (i64.shr_u
                (local.get 19)
                (local.get 18))
              (i64.shl
                (i64.shl
                  (local.get 20)
                  (i64.const 1))
                (i64.sub
                  (i64.const 63)
                  (local.get 18))))
            (i64.gt_u
              (local.get 18)
              (i64.const 63)))
          (local.set 19
            (select
              (i64.shr_s
                (local.get 20)
                (i64.const 63))
              (i64.shr_s
                (local.get 20)
                (local.get 18))
              (i64.gt_u
                (local.get 18)
                (i64.const 63))))
          (local.set 20)
          (i64.store offset=16 align=1
            (i32.add
              (local.get 9)
              (i32.mul
                (local.get 10)
                (i32.const 8)))
            (local.get 14))
          (i64.store offset=16400 align=1
            (i32.add
              (local.get 9)
              (i32.mul
                (local.get 10)
                (i32.const 8)))
            (local.get 15))
          (i32.store8 offset=32784
            (local.tee 21
              (i32.add
                (local.get 9)
                (i32.shr_u
                  (local.get 10)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=32784
                (local.get 21))
              (i32.shl
                (local.get 16)
                (i32.and
                  (local.get 10)
                  (i32.const 7)))))
          (i64.store offset=33040 align=1
            (i32.add
              (local.get 9)
              (i32.mul
                (local.get 10)
                (i32.const 16)))
            (local.get 20))
          (i64.store offset=33048 align=1
            (i32.add
              (local.get 9)
              (i32.mul
                (local.get 10)
                (i32.const 16)))
            (local.get 19))
          (local.set 10
            (i32.add
              (local.get 10)
              (i32.const 1)))
          (i32.store offset=4 align=1
            (local.get 9)
            (local.get 10))
          (i32.store offset=8 align=1
            (local.get 8)
            (i32.add
              (i32.load offset=8 align=1
                (local.get 8))
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 13))))
        (local.set 12
          (local.get 13))
        (br 0 (;@2;)))))
  (func (;3;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i32 v128 i64 i64 i64 i32)
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
    (local.set 11
      (i32.load offset=8 align=1
        (local.get 8)))
    (local.set 10
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 9
        (i32.load offset=16 align=1
          (local.get 8)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 9))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 3)))
          (then
            (local.set 10
              (i32.load offset=4 align=1
                (local.get 9)))))))
    (local.set 12
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 12)
            (local.get 2)))
        (local.set 13
          (select
            (local.tee 13
              (i32.add
                (local.get 12)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 13)
              (local.get 2))))
        (local.set 4
          (local.get 12))
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
            (i32.eq
              (local.get 10)
              (i32.const 2048))
            (then
              (if  ;; label = @5
                (i32.eqz
                  (local.tee 9
                    (call 0
                      (local.get 0)
                      (i32.const 65808))))
                (then
                  (i32.store align=1
                    (local.get 0)
                    (i32.const 5))
                  (i32.store offset=4 align=1
                    (local.get 0)
                    (i32.const 0))
                  (unreachable)))
              (memory.fill
                (local.get 9)
                (i32.const 0)
                (i32.const 16))
              (memory.fill
                (i32.add
                  (local.get 9)
                  (i32.const 32784))
                (i32.const 0)
                (i32.const 256))
              (i32.store offset=8 align=1
                (local.get 9)
                (i32.add
                  (i32.load offset=20 align=1
                    (local.get 0))
                  (local.get 3)))
              (if  ;; label = @5
                (i32.load offset=12 align=1
                  (local.get 8))
                (then
                  (i32.store align=1
                    (i32.load offset=16 align=1
                      (local.get 8))
                    (local.get 9)))
                (else
                  (i32.store offset=12 align=1
                    (local.get 8)
                    (local.get 9))))
              (i32.store offset=16 align=1
                (local.get 8)
                (local.get 9))
              (local.set 10
                (i32.const 0))))
          (local.set 14
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
          (i64.load offset=16 align=1
            (local.get 7))
          (local.set 16
            (i32.const 1))
          (local.set 15)
          (local.set 19
            (i64x2.extract_lane 0
              (local.tee 17
                (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0
                  (local.tee 17
                    (v128.load align=1
                      (i32.add
                        (local.get 7)
                        (i32.load offset=28 align=1
                          (local.get 7)))))
                  (local.get 17)))))
          (local.set 20
            (i64x2.extract_lane 1
              (local.get 17)))
          (local.set 18
            (i64.sub
              (i64.const 128)
              (i64.shl
                (i64.extend_i32_u
                  (i32.load offset=24 align=1
                    (local.get 7)))
                (i64.const 3))))
          (select
            (i64.shr_s
              (local.get 20)
              (local.get 18))
            (i64.or
              (i64.shr_u
                (local.get 19)
                (local.get 18))
              (i64.shl
                (i64.shl
                  (local.get 20)
                  (i64.const 1))
                (i64.sub
                  (i64.const 63)
                  (local.get 18))))
            (i64.gt_u
              (local.get 18)
              (i64.const 63)))
          (local.set 19
            (select
              (i64.shr_s
                (local.get 20)
                (i64.const 63))
              (i64.shr_s
                (local.get 20)
                (local.get 18))
              (i64.gt_u
                (local.get 18)
                (i64.const 63))))
          (local.set 20)
          (i64.store offset=16 align=1
            (i32.add
              (local.get 9)
              (i32.mul
                (local.get 10)
                (i32.const 8)))
            (local.get 14))
          (i64.store offset=16400 align=1
            (i32.add
              (local.get 9)
              (i32.mul
                (local.get 10)
                (i32.const 8)))
            (local.get 15))
          (i32.store8 offset=32784
            (local.tee 21
              (i32.add
                (local.get 9)
                (i32.shr_u
                  (local.get 10)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=32784
                (local.get 21))
              (i32.shl
                (local.get 16)
                (i32.and
                  (local.get 10)
                  (i32.const 7)))))
          (i64.store offset=33040 align=1
            (i32.add
              (local.get 9)
              (i32.mul
                (local.get 10)
                (i32.const 16)))
            (local.get 20))
          (i64.store offset=33048 align=1
            (i32.add
              (local.get 9)
              (i32.mul
                (local.get 10)
                (i32.const 16)))
            (local.get 19))
          (local.set 10
            (i32.add
              (local.get 10)
              (i32.const 1)))
          (i32.store offset=4 align=1
            (local.get 9)
            (local.get 10))
          (i32.store offset=8 align=1
            (local.get 8)
            (i32.add
              (i32.load offset=8 align=1
                (local.get 8))
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 13))))
        (local.set 12
          (local.get 13))
        (br 0 (;@2;)))))
  (func (;4;) (type 0) (param i32 i32 i32)
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
  (func (;5;) (type 3) (param i32 i32 i32) (result i32)
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
